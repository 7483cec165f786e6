using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>All invariants, and the one place where they are told what happens.</summary>
internal sealed class InvariantSet
{
    private readonly World _world;
    private readonly Invariant[] _all;

    public InvariantSet(World world)
    {
        _world = world;
        Snapshots = new SnapshotSafety { World = world };
        Once = new AppliesOnce { World = world };
        Sessions = new SessionLifetime { World = world };
        Reads = new ReadFreshness { World = world };
        OlderDisks = new OnlyOlderDisksAreRefused { World = world };
        _all =
        [
            new Monotonic { World = world },
            new Ordering { World = world },
            new ElectionSafety { World = world },
            new LeaderAppendOnly { World = world },
            new MatchNeverFalls { World = world },
            new MatchIsOnDisk { World = world },
            new CommitsOwnTerm { World = world },
            new LogMatching { World = world },
            new LeaderCompleteness { World = world },
            new StateMachineSafety { World = world },
            new CommittedOnQuorum { World = world },
            new DurableBeforeAnswer { World = world },
            new LeaderHearsQuorum { World = world },
            Once,
            new NoPhantom { World = world },
            new NoLostAcknowledgedWrite { World = world },
            new Linearizability { World = world },
            new OneChangeAtATime { World = world },
            new OnlyVotersCampaign { World = world },
            new AnswersWhatWasAsked { World = world },
            new SpeaksWhatIsKnown { World = world },
            new OneHistory { World = world },
            Snapshots,
            Sessions,
            Reads,
            OlderDisks,
        ];
    }

    public SnapshotSafety Snapshots { get; }

    public AppliesOnce Once { get; }

    public SessionLifetime Sessions { get; }

    public ReadFreshness Reads { get; }

    public OnlyOlderDisksAreRefused OlderDisks { get; }

    public void AfterStart(SimulatedServer server)
    {
        foreach (var invariant in _all)
        {
            invariant.AfterStart(server);
        }
    }

    public void AfterStep(SimulatedServer server, RaftInput input)
    {
        foreach (var invariant in _all)
        {
            invariant.AfterStep(server, input);
        }

        var core = server.Core!;
        if (core.Role == RaftRole.Leader && (server.Change.Role != RaftRole.Leader || server.Change.Term != core.CurrentTerm))
        {
            _world.Statistics.LeadersElected++;
            foreach (var invariant in _all)
            {
                invariant.OnLeader(server);
            }
        }

        for (var index = server.Change.Commit.Value + 1; index <= core.CommitIndex.Value; index++)
        {
            OnCommitted(server, index);
        }
    }

    public void OnSend(SimulatedServer server, RaftMessage message)
    {
        foreach (var invariant in _all)
        {
            invariant.OnSend(server, message);
        }
    }

    public void BeforeApply(SimulatedServer server, LogEntry entry)
    {
        foreach (var invariant in _all)
        {
            invariant.BeforeApply(server, entry);
        }
    }

    public void AfterApply(SimulatedServer server, LogEntry entry)
    {
        foreach (var invariant in _all)
        {
            invariant.AfterApply(server, entry);
        }
    }

    public void OnAcknowledged(SimulatedServer server, Attempt attempt, LogEntry entry)
    {
        foreach (var invariant in _all)
        {
            invariant.OnAcknowledged(server, attempt, entry);
        }
    }

    public void OnRejected(SimulatedServer server, Attempt attempt)
    {
        foreach (var invariant in _all)
        {
            invariant.OnRejected(server, attempt);
        }
    }

    public void AtEnd()
    {
        foreach (var invariant in _all)
        {
            invariant.AtEnd();
        }
    }

    private void OnCommitted(SimulatedServer server, long index)
    {
        if (index <= server.Log.LastIncludedIndex)
        {
            // A snapshot that was installed stands for it, and is judged as such.
            return;
        }

        var entry = server.Log[index];
        if (index > _world.Ledger.LastIndex)
        {
            _world.Ledger.Add(entry, server.Core!.CurrentTerm, _world.Now);
            foreach (var invariant in _all)
            {
                invariant.OnFirstCommitted(server, entry);
            }
        }

        foreach (var invariant in _all)
        {
            invariant.OnCommitted(server, entry);
        }
    }
}
