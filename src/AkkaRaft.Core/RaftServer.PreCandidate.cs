namespace AkkaRaft.Core;

public sealed partial class RaftServer
{
    private void StepPreCandidate(RaftInput input)
    {
        switch (input)
        {
            case MessageReceived { Message: PreVoteReply reply }:
                if (reply.RequestTerm == CurrentTerm)
                {
                    CountPreVote(reply.From, reply.Granted);
                }

                break;
            case MessageReceived { Message: AppendEntries append }:
                BecomeFollower(CurrentTerm, append.From);
                StepFollower(input);
                break;
            case MessageReceived { Message: PreVote request }:
                AnswerPreVote(request);
                break;
            case MessageReceived { Message: RequestVote request }:
                AnswerRequestVote(request);
                break;
            case MessageReceived { Message: RequestVoteReply or AppendEntriesReply }:
                // Answers to what it asked before it gave up a candidacy or a lead in this term.
                break;
            case TimerElapsed { Timer: RaftTimer.Election }:
                if (ElectionDeadlineHasCome())
                {
                    Campaign();
                }

                break;
            case TimerElapsed { Timer: RaftTimer.Heartbeat }:
                // Of a lead that is over.
                break;
            case Propose propose:
                ForwardOrReject(propose);
                break;
            case Read read:
                ForwardOrReject(read.Request, read.Forwarded);
                break;
            case Persisted:
                // The messages that waited for it have been released.
                break;
            default:
                throw Broken($"unexpected input {input}");
        }
    }

    private void CountPreVote(ServerId voter, bool granted)
    {
        switch (CountVote(voter, granted))
        {
            case VoteResult.Won:
                BecomeCandidate();
                break;
            case VoteResult.Lost:
                BecomeFollower(CurrentTerm, null);
                break;
            case VoteResult.Pending:
                break;
        }
    }
}
