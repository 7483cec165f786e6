using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Server;

internal sealed partial class RaftActor
{
    private void Handle(RaftInput input)
    {
        IReadOnlyList<RaftEffect> effects;
        try
        {
            effects = Server.Step(input);
        }
        catch (InvariantViolationException cause)
        {
            TellFailure(cause.Message, cause);
            throw;
        }

        for (var i = 0; i < effects.Count; i++)
        {
            Interpret(effects[i]);
        }

        _answers.History = Server.CommittedHistory;
        _answers.Flush(CurrentTerm, Self);
        SendForwarded();
    }

    /// <summary>The one place where what the core decided becomes deeds.</summary>
    private void Interpret(RaftEffect effect)
    {
        switch (effect)
        {
            case Persist persist:
                Write(persist);
                break;
            case Send send:
                SendToPeer(send.Message);
                break;
            case Apply apply:
                _toStateMachine.Tell(new ApplyEntries(CurrentTerm, Prepare(apply.Entries)));
                break;
            case Serve serve:
                _toStateMachine.Tell(new ServeQueries(CurrentTerm, serve.ReadIndex, TakeQueries(serve.Request)));
                break;
            case Reply reply when IsOwnHandOver(reply.Request):
                break;
            case Reply reply:
                AnswerFailure(reply.Request, reply.Failure);
                break;
            case Done done when IsOwnHandOver(done.Request):
                break;
            case Done done:
                AnswerDone(done.Request);
                break;
            case Forward forward:
                PassOn(forward.Request, forward.Leader);
                break;
            case TakeSnapshot take:
                Ask(_stateMachine, new CaptureState(take.AtLeast, _snapshots!));
                break;
            case RestoreSnapshot restore:
                _toStateMachine.Tell(new RestoreState(restore.Snapshot));
                break;
            case SendSnapshotChunk chunk:
                Ask(_snapshots!, new ReadChunk(chunk));
                break;
            case StoreSnapshotChunk store:
                Store(store);
                break;
            case Compact compact:
                Free(compact);
                break;
            case SetTimer setTimer:
                _timers.Set(setTimer.Timer, setTimer.After);
                break;
            case RoleChanged changed:
                ChangeRole(changed);
                break;
            default:
                throw new InvariantViolationException($"The shell does not know the effect {effect.GetType().Name}.");
        }
    }

    private void SendToPeer(RaftMessage message)
    {
        var peerMessage = new PeerMessage(_settings.ClusterId, message)
        {
            // A name that is not on disk could be another after a crash.
            Incarnation = _isNamed ? _incarnation : 0,
            Version = _settings.Protocol.Version,
            Start = _isNamed && _settings.Protocol.Version >= ProtocolVersion.Third ? StartCheck.Start : 0,
            IsUnheard = _peers.IsUnheard(message.To),
        };
        CrashPoint.Reached(CrashPoint.BeforeSend);
        _peers.Tell(message.To, Server.Configuration, peerMessage, Self, Now);
        CrashPoint.Reached(CrashPoint.AfterSend);
    }

    /// <summary>
    /// Hands events to the journal without waiting for it. A journal's first write says ahead of all whose journal it is.
    /// </summary>
    private void Write(Persist persist)
    {
        var events = new List<object>(persist.Events.Count + 1);
        if (!_journalHasOwner)
        {
            _journalHasOwner = true;
            events.Add(new JournalOwner(_settings.ClusterId, _settings.ServerId) { Incarnation = _incarnation });
        }

        events.AddRange(persist.Events);
        var waitingFor = events.Count;
        _pendingWrites++;
        CrashPoint.Reached(CrashPoint.BeforePersist);
        PersistAllAsync(events, written =>
        {
            _extent.Note(LastSequenceNr, written);
            waitingFor--;
            if (waitingFor == 0)
            {
                _pendingWrites--;
                _isNamed = true;
                CrashPoint.Reached(CrashPoint.AfterPersist);
                Handle(new Persisted(Now, persist.Sequence));
                SayWhenFinished();
            }
        });
    }

    private void ChangeRole(RoleChanged changed)
    {
        _log.RoleChanged(changed.Role, changed.Term, changed.Leader);
        _toldUpTo = null;
        _leadsSince = Now;
        NoteRole(changed);
        _pauses.Begin();
        if (_isFinishing)
        {
            return;
        }

        switch (changed.Role)
        {
            case RaftRole.Follower:
                Become(Follower);
                break;
            case RaftRole.PreCandidate:
                Become(PreCandidate);
                break;
            case RaftRole.Candidate:
                Become(Candidate);
                break;
            case RaftRole.Leader:
                Become(Leader);
                break;
            default:
                throw new InvariantViolationException($"There is no role {changed.Role}.");
        }
    }
}
