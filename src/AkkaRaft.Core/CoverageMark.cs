using System.Runtime.CompilerServices;

namespace AkkaRaft.Core;

/// <summary>
/// Marks a rare branch with the one test that explains why it exists. That test fails when the branch is not reached, so that no branch
/// outlives its reason. Outside that test a mark costs a look at a field of the thread.
/// </summary>
internal static class CoverageMark
{
    [ThreadStatic]
    private static Expectation? _expected;

    /// <summary>The branch is reached.</summary>
    /// <param name="test">The class and the method of the test.</param>
    public static void Hit(string test)
    {
        if (_expected is { } expected && expected.Test == test)
        {
            expected.IsHit = true;
        }
    }

    /// <summary>Fails at its disposal if the branch that names the calling test was not reached.</summary>
    /// <param name="method">The calling test.</param>
    /// <param name="file">The file of the test's class, which has its name.</param>
    public static IDisposable Expect([CallerMemberName] string method = "", [CallerFilePath] string file = "") =>
        _expected = new Expectation($"{Path.GetFileNameWithoutExtension(file)}.{method}");

    private sealed class Expectation(string test) : IDisposable
    {
        public string Test => test;

        public bool IsHit { get; set; }

        public void Dispose()
        {
            _expected = null;
            if (!IsHit)
            {
                throw new InvalidOperationException($"The branch that names {test} was not reached.");
            }
        }
    }
}
