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
            case MessageReceived { Message: AppendEntries or InstallSnapshot } received:
                BecomeFollower(CurrentTerm, received.Message.From);
                StepFollower(input);
                break;
            case MessageReceived { Message: PreVote request }:
                AnswerPreVote(request);
                break;
            case MessageReceived { Message: RequestVote request }:
                AnswerRequestVote(request);
                break;
            case MessageReceived { Message: RequestVoteReply or AppendEntriesReply or InstallSnapshotReply }:
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
            case MessageReceived { Message: TimeoutNow or ReadIndexRequest or ReadIndexReply }:
                // Of a lead that it knows nothing of any more.
                break;
            case Propose propose:
                ForwardOrReject(propose);
                break;
            case TransferLeadership transfer:
                ForwardOrReject(transfer);
                break;
            case ChangeMembers change:
                ForwardOrReject(change.Request, change.Forwarded);
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
