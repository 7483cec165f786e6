using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

// Queries that wait for a state to come. They are asked again behind entries that were applied: an answer is of a state that came behind
// the question, so it is as consistent as one at once.
internal sealed partial class StateMachineActor
{
    /// <summary>In the order in which their waits end.</summary>
    private readonly List<WaitingQuery> _waiting = [];

    private bool _endIsScheduled;
    private bool _asksAgain;

    private TimeSpan Now => Context.System.Scheduler.HighResMonotonicClock;

    private Answer Wait(PendingQuery query, object decoded)
    {
        if (_waiting.Count >= _settings.MaxWaitingQueries)
        {
            return Refused(RejectionReason.Overloaded);
        }

        _waiting.Add(new WaitingQuery(query, decoded, Now + _settings.QueryWaitMax));
        ScheduleEnd();
        return new WaitingAnswer(0, _settings.QueryWaitMax);
    }

    /// <summary>Asks behind all that waits to be applied, so that many small batches cost no more than a large one.</summary>
    private void AskAgainLater()
    {
        if (_waiting.Count > 0 && !_asksAgain)
        {
            _asksAgain = true;
            Self.Tell(EntriesWereApplied.Instance);
        }
    }

    private void OnEntriesWereApplied()
    {
        _asksAgain = false;
        AskAgain();
        _answers.Flush(_term, Context.Parent);
    }

    private void AskAgain() => _waiting.RemoveAll(waiting =>
    {
        if (Ask(waiting.Decoded) is not { } answer)
        {
            return false;
        }

        Answer(waiting.Query, answer);
        return true;
    });

    private void EndWaits()
    {
        _endIsScheduled = false;
        var now = Now;
        _waiting.RemoveAll(waiting =>
        {
            if (waiting.Until > now)
            {
                return false;
            }

            var why = $"what it waits for has not come within {SettingsReader.InWords(_settings.QueryWaitMax)}";
            Answer(waiting.Query, new NoResultAnswer(0, _lastApplied, why) { TimedOut = true });
            return true;
        });
        _answers.Flush(_term, Context.Parent);
        ScheduleEnd();
    }

    private void Answer(PendingQuery query, Answer answer) =>
        _answers.Add(query.Client, answer with { Id = query.Id }, _term, Context.Parent, query.MaxAnswerBytes);

    private void ScheduleEnd()
    {
        if (!_endIsScheduled && _waiting.Count > 0)
        {
            _endIsScheduled = true;
            var left = TimeSpan.FromTicks(Math.Max(0, (_waiting[0].Until - Now).Ticks));
            Timers.StartSingleTimer(WaitIsOver.Instance, WaitIsOver.Instance, left);
        }
    }

    private sealed record WaitingQuery(PendingQuery Query, object Decoded, TimeSpan Until);

    /// <summary>The state is another than when the queries were last asked.</summary>
    private sealed class EntriesWereApplied
    {
        public static readonly EntriesWereApplied Instance = new();
    }

    /// <summary>The wait of the first query has come to its end.</summary>
    private sealed class WaitIsOver
    {
        public static readonly WaitIsOver Instance = new();
    }
}
