using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Core.Sessions;

namespace AkkaRaft.Server;

// Clients' sessions and replicated time, which are part of the replicated state.
internal sealed partial class StateMachineActor
{
    /// <summary>The sessions, and their commands' answers as they were first given; the numbers of answers are of no meaning.</summary>
    private SessionTable<Answer> _sessions = new();

    private bool NeedsTime => _sessions.Count > 0 || _stateMachine is ITimedStateMachine { NeedsTime: true };

    private Answer ApplyOnce(LogIndex index, SessionCommand command, PendingProposal? proposal)
    {
        switch (_sessions.Judge(command, out var answer))
        {
            case SessionVerdict.New:
                answer = AnswerWith(index, Run(index, command.Command, proposal));
                _sessions.Keep(command, answer);
                return answer;
            case SessionVerdict.Answered:
                return answer!;
            case SessionVerdict.Forgotten:
                return new NoResultAnswer(0, index, "the client has acknowledged its answer");
            case SessionVerdict.TooFarAhead:
                return Refused(RejectionReason.Overloaded);
            default:
                return Refused(RejectionReason.SessionExpired);
        }
    }

    private FailureAnswer Refused(RejectionReason reason) => new(0, new Rejected(_term, null, reason), null, []);

    private void AdvanceTime(LogIndex index, TimeEntry tick)
    {
        _sessions.AdvanceTime(tick.Elapsed);
        if (_stateMachine is ITimedStateMachine timed)
        {
            timed.AdvanceTime(index, _sessions.ReplicatedTime);
        }
    }
}
