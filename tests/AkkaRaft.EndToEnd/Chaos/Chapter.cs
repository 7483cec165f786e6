using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.EndToEnd.Chaos;

/// <summary>
/// A stretch of the run with registers of its own, so that its history can be judged while the run goes on, and stays cheap to judge. Its
/// registers are read once more at the end of the run.
/// </summary>
internal sealed class Chapter(int number)
{
    private const int Registers = 5;
    private int _underWay;

    public int Number { get; } = number;

    public History<RegisterInput, RegisterOutput> History { get; } = new();

    /// <summary>The names of its registers.</summary>
    public IReadOnlyList<string> Keys { get; } = [.. Enumerable.Range(1, Registers).Select(register => $"{number:00000}-{register}")];

    /// <summary>Whether no operation on its registers is under way.</summary>
    public bool IsQuiet => Volatile.Read(ref _underWay) == 0;

    /// <summary>Whether it was judged, without the reads at the end.</summary>
    public bool IsJudged { get; set; }

    public void Enter() => Interlocked.Increment(ref _underWay);

    public void Leave() => Interlocked.Decrement(ref _underWay);

    /// <summary>Notes what the registers held at the end.</summary>
    public void AddFinalReads(IReadOnlyDictionary<string, string> found, TimeSpan asked, TimeSpan answered)
    {
        foreach (var key in Keys)
        {
            History.Return(History.Call("final", new ReadRegister(key), asked), RegisterOutput.Of(found.GetValueOrDefault(key)), answered);
        }
    }

    public LinearizabilityResult<RegisterInput, RegisterOutput> Judge() =>
        LinearizabilityChecker.Check(new RegisterModel(), History.Operations);
}
