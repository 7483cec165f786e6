using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>
/// Queries that wait for a state to come. They run again behind entries that were applied: the answer is of a state that is later than the
/// request, so it is as consistent as one at once.
/// </summary>
/// <param name="settings">The settings.</param>
/// <param name="runner">Runs queries.</param>
/// <param name="state">The state.</param>
/// <param name="replies">Answers clients.</param>
/// <param name="self">The state machine's actor.</param>
/// <param name="scheduler">Gives the time.</param>
/// <param name="timers">The actor's timers, which it has once it is started.</param>
internal sealed class WaitingQueries(
    RaftSettings settings,
    QueryRunner runner,
    ReplicatedState state,
    StateReplies replies,
    IActorRef self,
    ITimeProvider scheduler,
    Func<ITimerScheduler> timers)
{
    /// <summary>In the order in which their waits end.</summary>
    private readonly List<WaitingQuery> _waiting = [];

    private bool _endIsScheduled;
    private bool _runIsDue;

    private TimeSpan Now => scheduler.HighResMonotonicClock;

    /// <returns>What the client is told.</returns>
    public Answer Add(PendingQuery query, object decoded)
    {
        if (_waiting.Count >= settings.MaxWaitingQueries)
        {
            return StateReplies.Refusal(replies.Term, RejectionReason.Overloaded);
        }

        _waiting.Add(new WaitingQuery(query, decoded, Now + settings.QueryWaitMax));
        ScheduleEnd();
        return new WaitingAnswer(0, settings.QueryWaitMax);
    }

    /// <summary>Runs them behind all that waits to be applied, so that many small batches cost no more than a large one.</summary>
    public void RunLater()
    {
        if (_waiting.Count > 0 && !_runIsDue)
        {
            _runIsDue = true;
            self.Tell(RunWaitingQueries.Instance);
        }
    }

    public void OnRunDue()
    {
        _runIsDue = false;
        Run();
    }

    /// <summary>Runs them now, and answers those that have a result.</summary>
    public void Run()
    {
        _waiting.RemoveAll(waiting =>
        {
            if (runner.Run(waiting.Decoded) is not { } answer)
            {
                return false;
            }

            Answer(waiting.Query, answer);
            return true;
        });
        replies.Flush();
    }

    /// <summary>Ends the waits that have taken their time.</summary>
    public void OnWaitOver()
    {
        _endIsScheduled = false;
        var now = Now;
        _waiting.RemoveAll(waiting =>
        {
            if (waiting.Until > now)
            {
                return false;
            }

            var why = $"what it waits for has not come within {SettingsReader.InWords(settings.QueryWaitMax)}";
            Answer(waiting.Query, new NoResultAnswer(0, state.LastApplied, why) { TimedOut = true });
            return true;
        });
        replies.Flush();
        ScheduleEnd();
    }

    private void Answer(PendingQuery query, Answer answer) => replies.Add(query.Client, query.Id, answer, query.MaxAnswerBytes);

    private void ScheduleEnd()
    {
        if (!_endIsScheduled && _waiting.Count > 0)
        {
            _endIsScheduled = true;
            var left = TimeSpan.FromTicks(Math.Max(0, (_waiting[0].Until - Now).Ticks));
            timers().StartSingleTimer(WaitIsOver.Instance, WaitIsOver.Instance, left);
        }
    }

    private sealed record WaitingQuery(PendingQuery Query, object Decoded, TimeSpan Until);
}

/// <summary>The state is another than when the queries last ran.</summary>
internal sealed class RunWaitingQueries
{
    public static readonly RunWaitingQueries Instance = new();
}

/// <summary>The wait of the first query has come to its end.</summary>
internal sealed class WaitIsOver
{
    public static readonly WaitIsOver Instance = new();
}
