using AkkaRaft.Backups;
using AkkaRaft.Client;

namespace AkkaRaft.Server;

/// <summary>Asks the state machine, and turns what it returns or throws into an answer.</summary>
internal sealed class QueryRunner(ReplicatedState state, BackupService backups, ResultEncoder results)
{
    /// <returns>The answer, or null if there is none yet.</returns>
    public Answer? Run(object query)
    {
        object? result;
        try
        {
            result = query is BackupQuery backup ? backups.Answer(backup) : state.Query(query);
        }
        catch (Exception cause)
        {
            // A query changes nothing, so its failure is the client's to hear and no reason to stop.
            return new NoResultAnswer(0, state.LastApplied, $"the query failed: {cause.GetType().Name}: {cause.Message}");
        }

        return result is BlockingQuery ? null : results.Encode(state.LastApplied, result);
    }
}
