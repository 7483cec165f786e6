using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

public class ProgressTests
{
    private const long FirstSequence = 5;

    [Fact]
    public void It_begins_with_one_probe_at_a_time()
    {
        var peer = Fresh(nextIndex: 11);

        Assert.True(peer.MaySendEntries(16, maxInFlightBytes: 1000));
        peer.Sent(1, bytes: 10, I(0));

        Assert.False(peer.MaySendEntries(16, maxInFlightBytes: 1000));
        Assert.Equal((ProgressState.Probe, I(11)), (peer.State, peer.NextIndex));
    }

    [Fact]
    public void A_success_ends_the_probe_and_opens_the_window()
    {
        var peer = Replicating(match: 10);

        peer.Sent(3, bytes: 10, I(0));
        peer.Sent(2, bytes: 10, I(0));

        Assert.Equal((I(10), I(16)), (peer.MatchIndex, peer.NextIndex));
        Assert.True(peer.MaySendEntries(3, maxInFlightBytes: 1000));
        Assert.False(peer.MaySendEntries(2, maxInFlightBytes: 1000));
    }

    [Fact]
    public void An_answer_frees_all_requests_that_it_covers()
    {
        var peer = Replicating(match: 10);
        peer.Sent(3, bytes: 10, I(0));
        peer.Sent(2, bytes: 10, I(0));
        peer.Sent(1, bytes: 10, I(0));

        Assert.True(peer.Accepted(FirstSequence, I(15)));

        Assert.False(peer.IsIdle);
        Assert.True(peer.MaySendEntries(2, maxInFlightBytes: 1000));
        Assert.False(peer.MaySendEntries(1, maxInFlightBytes: 1000));
    }

    [Fact]
    public void A_late_success_does_not_lower_the_match_index()
    {
        var peer = Replicating(match: 10);

        Assert.False(peer.Accepted(FirstSequence, I(4)));

        Assert.Equal((I(10), I(11)), (peer.MatchIndex, peer.NextIndex));
    }

    [Theory]
    [InlineData(FirstSequence, 12, true)]
    [InlineData(FirstSequence, 10, false)]
    [InlineData(FirstSequence, 3, false)]
    [InlineData(FirstSequence - 1, 12, false)]
    public void A_refusal_counts_unless_it_is_late(long round, long rejected, bool counts)
    {
        var peer = Replicating(match: 10);
        peer.Sent(5, bytes: 10, I(0));

        Assert.Equal(!counts, peer.IsStaleReply(round, I(rejected)));
    }

    [Fact]
    public void In_a_probe_only_the_refusal_of_the_probe_counts()
    {
        var peer = Fresh(nextIndex: 11);

        Assert.False(peer.IsStaleReply(FirstSequence, I(10)));
        Assert.True(peer.IsStaleReply(FirstSequence, I(9)));
        Assert.True(peer.IsStaleReply(FirstSequence, I(12)));
    }

    [Fact]
    public void A_new_probe_forgets_what_was_under_way_and_never_goes_below_the_match_index()
    {
        var peer = Replicating(match: 10);
        peer.Sent(5, bytes: 10, I(0));

        peer.Probe(I(4), newSequence: 6);

        Assert.Equal((ProgressState.Probe, I(11)), (peer.State, peer.NextIndex));
        Assert.True(peer.MaySendEntries(1, maxInFlightBytes: 1000));
        Assert.True(peer.IsStaleReply(5, I(15)));
    }

    [Fact]
    public void A_success_from_before_the_probe_does_not_end_it()
    {
        var peer = Replicating(match: 10);
        peer.Sent(5, bytes: 10, I(0));
        peer.Probe(I(12), newSequence: 6);

        Assert.True(peer.Accepted(sequence: 5, I(11)));
        Assert.Equal((ProgressState.Probe, I(11), I(13)), (peer.State, peer.MatchIndex, peer.NextIndex));

        Assert.False(peer.Accepted(sequence: 6, I(11)));
        Assert.Equal((ProgressState.Replicate, I(13)), (peer.State, peer.NextIndex));
    }

    [Fact]
    public void It_remembers_the_commit_index_that_the_follower_could_use()
    {
        var peer = Replicating(match: 10);

        peer.Sent(2, bytes: 10, I(50));
        Assert.Equal(I(12), peer.SentCommit);

        peer.Sent(0, bytes: 10, I(5));
        Assert.Equal(I(12), peer.SentCommit);
    }

    private static Progress Fresh(long nextIndex) => new(S2, I(nextIndex), FirstSequence, TimeSpan.Zero);

    private static Progress Replicating(long match)
    {
        var peer = Fresh(match + 1);
        peer.Accepted(FirstSequence, I(match));
        Assert.Equal(ProgressState.Replicate, peer.State);
        return peer;
    }
}
