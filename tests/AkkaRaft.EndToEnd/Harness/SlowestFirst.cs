using Xunit.Abstractions;

[assembly: TestCollectionOrderer("AkkaRaft.EndToEnd.Harness.SlowestFirst", "AkkaRaft.EndToEnd")]

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>
/// Starts the classes that take longest ahead of all others. One of them, begun last, would run for a minute on its own while nothing else is
/// left to be done beside it.
/// </summary>
public sealed class SlowestFirst : ITestCollectionOrderer
{
    private static readonly string[] Slowest =
    [
        "CrashPointTests", nameof(KillNineTests), nameof(SnapshotTests), nameof(TlsTests), "PowerLossTests", nameof(DisasterTests),
        nameof(SessionTests), nameof(MembershipTests), nameof(ReplacementTests), nameof(PeerReturnTests), nameof(PostgresTests),
    ];

    /// <inheritdoc />
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => RankOf(collection.DisplayName));

    // A collection that holds one class has a name that ends in the class's.
    private static int RankOf(string name) =>
        Array.FindIndex(Slowest, slow => name.EndsWith($".{slow}", StringComparison.Ordinal)) is var rank and >= 0 ? rank : Slowest.Length;
}
