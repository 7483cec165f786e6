namespace AkkaRaft.Core.Tests;

/// <summary>A mark tells its own test alone whether its branch was reached.</summary>
public class CoverageMarkTests
{
    [Fact]
    public void A_branch_that_is_not_reached_fails_its_test()
    {
        var mark = CoverageMark.Expect();
        CoverageMark.Hit("CoverageMarkTests.Another");

        var failure = Assert.Throws<InvalidOperationException>(mark.Dispose);

        Assert.Equal(
            "The branch that names CoverageMarkTests.A_branch_that_is_not_reached_fails_its_test was not reached.", failure.Message);
    }

    [Fact]
    public void A_branch_that_is_reached_does_not()
    {
        using var mark = CoverageMark.Expect();

        CoverageMark.Hit("CoverageMarkTests.A_branch_that_is_reached_does_not");
    }
}
