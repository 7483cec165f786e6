using Akka.Actor;
using Akka.Pattern;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Engine.Tests.Persistence;

/// <summary>Two actors wrote under one id: what each mode makes of the events. "3B" is number 3, written by B.</summary>
public sealed class ReplayFilterSpec : IAsyncDisposable
{
    private readonly PersistenceSystem _system = new(PersistenceSystem.InMemory);

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Theory]
    [InlineData("1A 2A 3A", "1A 2A 3A")]
    [InlineData("1- 2- 3A", "1- 2- 3A")]
    [InlineData("1A 2A 3B", "1A 2A 3B")]
    [InlineData("1A 2A 2A 3A", "1A 2A 2A 3A")]
    [InlineData("1A 2A 3A 3B", "1A 2A 3B")]
    [InlineData("1A 2A 3B 3A 4A", "1A 2A 3B")]
    [InlineData("1A 2B 3C 2A 3A 3B 4C", "1A 2B 3C 4C")]
    [InlineData("1A 2A 1A 3A", "1A 2A 3A")]
    public async Task Repairing_discards_what_an_old_writer_wrote_in_its_successors_time(string stored, string passed)
    {
        Assert.Equal(passed, await Filter(ReplayFilterMode.RepairByDiscardOld, stored));
    }

    [Theory]
    [InlineData("1A 2A 3A 3B")]
    [InlineData("1A 2B 3C 2A 3A 3B 4C")]
    public async Task Warning_passes_everything(string stored) => Assert.Equal(stored, await Filter(ReplayFilterMode.Warn, stored));

    [Theory]
    [InlineData("1A 2A 3A 3B")]
    [InlineData("1A 2A 3B 3A")]
    [InlineData("1A 2A 1A")]
    public async Task Failing_ends_the_recovery(string stored)
    {
        var probe = Feed(ReplayFilterMode.Fail, 100, stored);
        Assert.IsType<IllegalStateException>((await probe.Expect<ReplayMessagesFailure>()).Cause);
    }

    [Fact]
    public async Task A_full_window_lets_the_oldest_go()
    {
        var probe = Feed(ReplayFilterMode.RepairByDiscardOld, 2, "1A 2A 3A 1B");
        Assert.Equal("1A", Text(await probe.Expect<ReplayedMessage>()));
        Assert.Equal("1B", Text(await probe.Expect<ReplayedMessage>()));
        await probe.Expect<RecoverySuccess>();
    }

    private static string Text(ReplayedMessage message) =>
        $"{message.Persistent.SequenceNr}{(message.Persistent.WriterGuid.Length == 0 ? "-" : message.Persistent.WriterGuid)}";

    private async Task<string> Filter(ReplayFilterMode mode, string stored)
    {
        var probe = Feed(mode, 100, stored);
        var passed = new List<string>();
        while (await probe.Expect<object>() is ReplayedMessage replayed)
            passed.Add(Text(replayed));
        return string.Join(' ', passed);
    }

    private Probe Feed(ReplayFilterMode mode, int windowSize, string stored)
    {
        var probe = _system.Probe();
        var filter = _system.System.ActorOf(ReplayFilter.Props(probe.Ref, mode, windowSize, 10, false));
        foreach (var text in stored.Split(' '))
        {
            var writer = text[1] == '-' ? Persistent.Undefined : text[1..];
            filter.Tell(new ReplayedMessage(new Persistent(text, text[0] - '0', "p", writerGuid: writer)));
        }

        filter.Tell(new RecoverySuccess(9));
        return probe;
    }
}
