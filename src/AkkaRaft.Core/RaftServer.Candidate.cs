namespace AkkaRaft.Core;

public sealed partial class RaftServer
{
    private void StepCandidate(RaftInput input)
    {
        switch (input)
        {
            case MessageReceived { Message: RequestVoteReply reply }:
                CountRealVote(reply.From, reply.Granted);
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
            case MessageReceived { Message: PreVoteReply or AppendEntriesReply or InstallSnapshotReply }:
                // Late answers to what it asked before it campaigned.
                break;
            case Persisted:
                if (TermAndVoteAreDurable && !_votes.ContainsKey(Id))
                {
                    // The requests have gone out with this write: the wait for answers begins now.
                    ResetElectionTimer();
                    CountRealVote(Id, granted: true);
                }

                break;
            case TimerElapsed { Timer: RaftTimer.Election }:
                CampaignAgain();
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
            default:
                throw Broken($"unexpected input {input}");
        }
    }

    private void CampaignAgain()
    {
        if (!ElectionDeadlineHasCome())
        {
            return;
        }

        if (TermAndVoteAreDurable)
        {
            Campaign();
        }
        else
        {
            // The disk is slower than an election: nobody has been asked yet, and another term would not be written sooner.
            ResetElectionTimer();
        }
    }

    private void CountRealVote(ServerId voter, bool granted)
    {
        switch (CountVote(voter, granted))
        {
            case VoteResult.Won:
                BecomeLeader();
                break;
            case VoteResult.Lost:
                BecomeFollower(CurrentTerm, null);
                break;
            case VoteResult.Pending:
                break;
        }
    }
}
