namespace AkkaRaft.Core.Tests;

/// <summary>What others have heard a server promise, and what its disk gives back at its next start.</summary>
public sealed class StartCheckTests
{
    private const long Directory = 7;
    private static readonly ServerId A = new("a");
    private static readonly ServerId B = new("b");
    private static readonly ServerId C = new("c");

    [Fact]
    public void A_start_with_all_that_was_promised_is_let_pass()
    {
        var witness = Witness();
        Tell(witness, Acknowledges(term: 3, match: 10), start: 1);

        var check = StartOf(start: 2, term: 3, last: 10);
        var answer = Announce(check, witness);

        Assert.Equal(new Promise(new Term(3), new LogIndex(10)), answer.Promised);
        Assert.Null(check.Receive(answer, Directory, 1).Proof);
        Assert.True(check.IsAnsweredBy([A, B]));
    }

    [Theory]
    [InlineData(3, 9)]
    [InlineData(2, 40)]
    public void A_start_with_less_is_proved_to_be_of_an_older_disk(long term, long last)
    {
        var witness = Witness();
        Tell(witness, Acknowledges(term: 3, match: 10), start: 1);

        var check = StartOf(start: 2, term, last);
        var proof = check.Receive(Announce(check, witness), Directory, 1).Proof;

        Assert.Equal($"b has heard a promise what is not on its disk: entry 10 in term 3, and its journal ends with entry {last} in term {term}", proof);
        Assert.False(check.IsAnsweredBy([B]));
    }

    [Fact]
    public void A_later_term_may_have_replaced_what_was_acknowledged_in_an_earlier_one()
    {
        var witness = Witness();
        Tell(witness, Acknowledges(term: 3, match: 10), start: 1);

        var check = StartOf(start: 2, term: 4, last: 5);

        Assert.Null(check.Receive(Announce(check, witness), Directory, 1).Proof);
    }

    [Fact]
    public void A_vote_promises_its_term()
    {
        var witness = Witness();
        Tell(witness, new RequestVoteReply(A, B, new Term(5), true), start: 1);

        var check = StartOf(start: 2, term: 4, last: 90);

        Assert.Contains("promise what is not on its disk: term 5", check.Receive(Announce(check, witness), Directory, 1).Proof, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_promised_in_the_present_start_proves_nothing_against_it()
    {
        var witness = Witness();
        var check = StartOf(start: 2, term: 3, last: 10);
        Tell(witness, Acknowledges(term: 3, match: 20), start: 2);

        Assert.Null(check.Receive(Announce(check, witness), Directory, 1).Proof);
    }

    [Fact]
    public void A_late_answer_to_a_former_start_says_nothing()
    {
        var witness = Witness();
        var former = StartOf(start: 1, term: 3, last: 0);
        Tell(witness, Acknowledges(term: 3, match: 10), start: 1);
        var late = Announce(former, witness);

        var check = StartOf(start: 2, term: 3, last: 10);
        check.Receive(late, Directory, 1);

        Assert.False(check.IsAnsweredBy([B]));
    }

    [Fact]
    public void Nothing_late_of_a_former_life_is_heard_and_all_of_it_counts_as_promised_before()
    {
        var witness = Witness();
        Tell(witness, Acknowledges(term: 3, match: 10), start: 1);
        Tell(witness, Acknowledges(term: 3, match: 11), start: 2);

        var reception = witness.Receive(Acknowledges(term: 3, match: 12), Directory, 1);

        Assert.False(reception.IsInput);
        Assert.Equal((1L, 2L), reception.Reply is StartAcknowledged answer ? (answer.Start, answer.LatestStart) : default);
    }

    [Fact]
    public void A_server_hears_nobody_who_has_not_answered_and_asks_instead()
    {
        var check = StartOf(start: 2, term: 3, last: 10);
        var request = new RequestVote(B, A, new Term(4), new LogIndex(10), new Term(3), false);

        var reception = check.Receive(request, Directory, 1);

        Assert.False(reception.IsInput);
        Assert.Equal(new StartAnnounced(A, B, new Term(3), 2), reception.Reply);
        check.Receive(Announce(check, Witness()), Directory, 1);
        Assert.True(check.Receive(request, Directory, 1).IsInput);
    }

    [Fact]
    public void A_start_whose_clock_went_back_takes_a_later_name_and_asks_again()
    {
        var witness = Witness();
        Tell(witness, Acknowledges(term: 3, match: 10), start: 100);
        var check = StartOf(start: 50, term: 3, last: 10);

        var again = check.Receive(Announce(check, witness), Directory, 1).Reply;

        Assert.Equal(new StartAnnounced(A, B, new Term(3), 101), again);
        Assert.Equal(101, check.Start);
        Assert.Null(check.Receive(Announce(check, witness), Directory, 1).Proof);
        Assert.True(check.IsAnsweredBy([B]));
    }

    [Fact]
    public void A_new_directory_has_promised_nothing()
    {
        var witness = Witness();
        Tell(witness, Acknowledges(term: 3, match: 10), start: 1);
        var check = new StartCheck(A, 2, default, isNew: true);

        Assert.True(check.IsAnsweredBy([B, C]));
        var answer = (StartAcknowledged)witness.Receive(new StartAnnounced(A, B, default, 2), Directory + 1, 2).Reply!;
        Assert.Equal(default, answer.Promised);
    }

    [Fact]
    public void Servers_of_earlier_versions_are_heard_as_they_always_were()
    {
        var check = StartOf(start: 2, term: 3, last: 10);

        Assert.True(check.Receive(new RequestVote(B, A, new Term(4), new LogIndex(10), new Term(3), false), Directory, 0).IsInput);
        Assert.True(check.IsAnsweredBy([B]), "It has nothing to say, and is not asked for ever.");
        Assert.True(check.Receive(new RequestVote(B, A, new Term(4), new LogIndex(10), new Term(3), false), 0, 0).IsInput);
    }

    private static StartCheck Witness() => new(B, 1, default, isNew: true);

    private static StartCheck StartOf(long start, long term, long last) =>
        new(A, start, new Promise(new Term(term), new LogIndex(last)), isNew: false);

    private static AppendEntriesReply Acknowledges(long term, long match) => new(
        A, B, new Term(term), 1, true, new LogIndex(match), LogIndex.Zero, LogIndex.Zero, Term.Zero);

    private static void Tell(StartCheck witness, RaftMessage message, long start) =>
        Assert.True(witness.Receive(message, Directory, start).IsInput);

    private static StartAcknowledged Announce(StartCheck check, StartCheck witness) =>
        (StartAcknowledged)witness.Receive(check.AnnouncementsTo([B]).Single(), Directory, check.Start).Reply!;
}
