using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Specs.Linearizability;

/// <summary>Histories drawn at random: as they are, and with one answer spoilt.</summary>
public class RandomHistoriesSpec
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.05)]
    [InlineData(0.25)]
    public void A_linearizable_history_is_told_to_be_one(double lostAnswers)
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var operations = new RandomHistory(seed, clients: 5, operations: 200, keys: 3, lostAnswers).Draw();

            var result = LinearizabilityChecker.Check(new RegisterModel(), operations);

            Assert.True(result.IsLinearizable, $"Seed {seed}: {result.Explain()}");
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    public void One_spoilt_answer_is_found(double lostAnswers)
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var operations = new RandomHistory(seed, clients: 5, operations: 150, keys: 3, lostAnswers).Draw();

            var result = LinearizabilityChecker.Check(new RegisterModel(), WithOneStaleRead(operations, seed));

            Assert.True(result.Verdict == Verdict.NotLinearizable, $"Seed {seed}: {result.Verdict}");
        }
    }

    [Fact]
    public void Ten_thousand_operations_by_ten_clients_take_few_steps()
    {
        var operations = new RandomHistory(1, clients: 10, operations: 10_000, keys: 1, lostAnswers: 0.01).Draw();

        var result = LinearizabilityChecker.Check(new RegisterModel(), operations, maxSteps: 2_000_000);

        Assert.True(operations.Count == 10_000 && result.IsLinearizable, result.Explain());
    }

    [Fact]
    public void A_fault_at_the_end_of_ten_thousand_operations_is_found()
    {
        var operations = new RandomHistory(2, clients: 10, operations: 10_000, keys: 1, lostAnswers: 0.001).Draw();

        var result = LinearizabilityChecker.Check(new RegisterModel(), WithOneStaleRead(operations, 1), maxSteps: 20_000_000);

        Assert.Equal(Verdict.NotLinearizable, result.Verdict);
    }

    /// <summary>Gives the last of the reads the value of a read long before it, which a later read shows to be overwritten.</summary>
    private static IEnumerable<Operation<RegisterInput, RegisterOutput>> WithOneStaleRead(
        IReadOnlyList<Operation<RegisterInput, RegisterOutput>> operations, int seed)
    {
        var key = $"k{seed % operations.Select(operation => operation.Input.Key).Distinct().Count()}";
        var end = operations.Max(operation => operation.ReturnedAt ?? operation.CalledAt) + TimeSpan.FromSeconds(1);
        var reads = operations.Where(operation => operation.Input == new ReadRegister(key) && !operation.IsPending).ToList();
        var stale = reads[reads.Count / 2].Output;
        var staleAt = reads[reads.Count / 2].ReturnedAt;
        var between = reads.Skip((reads.Count / 2) + 1).First(read => read.Output != stale && read.CalledAt > staleAt);
        var history = new History<RegisterInput, RegisterOutput>();
        var spoilt = history.Call("spoilt", new ReadRegister(key), end);
        history.Return(spoilt, stale, end + TimeSpan.FromMilliseconds(1));
        Assert.NotEqual(between.Output, stale);
        return operations.Append(spoilt);
    }
}
