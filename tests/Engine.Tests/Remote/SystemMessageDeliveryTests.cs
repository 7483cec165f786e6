using Akka.Dispatch.SysMsg;
using Akka.Remote;
using Akka.Remote.Protocol;

namespace Engine.Tests.Remote;

/// <summary>Numbering, acknowledging and ordering of system messages, without a network.</summary>
public class SystemMessageDeliveryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SystemMessageOutbox _outbox = new(capacity: 5, resendLimit: 3);
    private readonly SystemMessageInbox _inbox = new(capacity: 100);
    private readonly List<ulong> _delivered = [];

    [Fact]
    public void Messages_are_numbered_from_zero_and_kept_until_acknowledged()
    {
        Assert.Equal([0UL, 1UL, 2UL], new[] { Add(), Add(), Add() });
        Assert.False(_outbox.Acknowledge(new Ack(1, []), 0));
        Assert.Equal([2UL], Resends());

        _outbox.Acknowledge(new Ack(2, []), 0);
        Assert.True(_outbox.IsEmpty);
        Assert.Equal(3UL, Add());
    }

    [Fact]
    public void What_is_reported_missing_is_sent_again_at_once()
    {
        for (var i = 0; i < 5; i++)
            Add();

        Assert.True(_outbox.Acknowledge(new Ack(3, [1]), 0));

        Assert.Equal([1UL, 4UL], _outbox.TakeResends().Select(m => m.Sequence));
        Assert.Empty(_outbox.TakeResends());
    }

    [Fact]
    public void What_is_not_acknowledged_in_time_is_sent_again_so_many_at_once()
    {
        for (var i = 0; i < 5; i++)
            Add(nowMillis: 1000);

        Assert.False(_outbox.ResendAfter(Patience, 2999));
        Assert.Empty(_outbox.TakeResends());
        Assert.True(_outbox.ResendAfter(Patience, 3000));
        Assert.Equal([0UL, 1UL, 2UL], _outbox.TakeResends().Select(m => m.Sequence));
        Assert.False(_outbox.ResendAfter(Patience, 3001));
    }

    [Fact]
    public void Too_many_unacknowledged_messages_are_not_taken()
    {
        for (var i = 0; i < 5; i++)
            Add();

        Assert.False(_outbox.TryAdd(new Suspend(), null!, 0, out _));
    }

    [Fact]
    public void An_acknowledgement_of_what_was_never_sent_is_no_acknowledgement()
    {
        Add();
        _outbox.Acknowledge(new Ack(7, []), 0);
        _outbox.Acknowledge(new Ack(ulong.MaxValue, []), 0);

        Assert.False(_outbox.IsEmpty);
    }

    [Fact]
    public void A_new_incarnation_is_counted_from_zero_again()
    {
        Add();
        _outbox.Reset();

        Assert.True(_outbox.IsEmpty);
        Assert.Equal(0UL, Add());
    }

    [Fact]
    public void Messages_are_delivered_once_and_in_order_however_they_arrive()
    {
        Assert.Equivalent(new Ack(0, []), Receive(0));
        Assert.Equivalent(new Ack(3, [1, 2]), Receive(3));
        Assert.Equivalent(new Ack(3, [2]), Receive(1));
        Assert.Equivalent(new Ack(3, [2]), Receive(1));
        Assert.Equivalent(new Ack(3, []), Receive(2));
        Assert.Equivalent(new Ack(3, []), Receive(0));

        Assert.Equal([0UL, 1UL, 2UL, 3UL], _delivered);
    }

    [Fact]
    public void A_peer_that_counts_far_ahead_cannot_make_the_inbox_grow()
    {
        Receive(0);

        Assert.Equivalent(new Ack(0, []), Receive(1_000_000));
    }

    [Fact]
    public void Under_loss_duplication_and_reordering_everything_arrives()
    {
        var random = new Random(7);
        var outbox = new SystemMessageOutbox(capacity: 1000, resendLimit: 50);
        var wire = new List<ulong>();
        for (var i = 0; i < 500; i++)
        {
            outbox.TryAdd(new Suspend(), null!, 0, out var message);
            wire.Add(message.Sequence);
        }

        for (var now = 0; !outbox.IsEmpty; now += 2000)
        {
            Assert.True(now < 1_000_000, "The messages did not get through.");
            foreach (var sequence in wire.OrderBy(_ => random.Next()).Where(_ => random.Next(10) > 2))
            {
                var ack = Receive(sequence);
                if (random.Next(10) > 2)
                    outbox.Acknowledge(ack, now);
            }

            outbox.ResendAfter(Patience, now);
            wire = [.. outbox.TakeResends().Select(m => m.Sequence)];
        }

        Assert.Equal(Enumerable.Range(0, 500).Select(i => (ulong)i), _delivered);
    }

    private ulong Add(long nowMillis = 0)
    {
        Assert.True(_outbox.TryAdd(new Suspend(), null!, nowMillis, out var message));
        return message.Sequence;
    }

    private IEnumerable<ulong> Resends()
    {
        _outbox.ResendSoon();
        return _outbox.TakeResends().Select(m => m.Sequence);
    }

    private Ack Receive(ulong sequence) => _inbox.Receive(sequence, () => _delivered.Add(sequence));
}
