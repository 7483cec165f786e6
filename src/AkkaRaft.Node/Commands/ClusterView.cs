using System.Diagnostics;
using AkkaRaft.Core;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Commands;

/// <summary>A cluster, as the status of its leader describes it.</summary>
/// <param name="client">A client of the cluster.</param>
/// <param name="contacts">Where nodes are reached; members that these tell of are asked too.</param>
/// <param name="patience">How long to look for a leader, and how long to wait for progress of a new member.</param>
internal sealed class ClusterView(RaftClient client, IReadOnlyList<string> contacts, TimeSpan patience)
{
    private const int MostTries = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly HashSet<string> _known = [.. contacts];

    /// <summary>The known servers that did not answer the last request.</summary>
    private IReadOnlyList<string> _unresponsive = [];

    /// <summary>The leader's status.</summary>
    /// <exception cref="NodeException">There is no leader, or it is out of reach.</exception>
    public async Task<RaftStatus> LeaderStatusAsync(CancellationToken cancellation)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (await TryLeaderStatusAsync(cancellation) is { } found)
            {
                return found;
            }

            if (waited.Elapsed > patience)
            {
                throw new NodeException(
                    $"No leader is found; asked {string.Join(", ", _known.Select(ContactPoint.ShortName))}.", ExitCodes.Failure)
                {
                    Unresponsive = [.. _unresponsive],
                };
            }

            await Task.Delay(Interval, cancellation);
        }
    }

    /// <summary>
    /// Changes a member. Where the result is not known, as the leader was lost meanwhile, the status of the next leader tells it, and the
    /// change is requested again if necessary.
    /// </summary>
    /// <exception cref="AdministrationRejectedException">The change was refused.</exception>
    /// <exception cref="NodeException">No leader is found.</exception>
    public async Task ChangeAsync(MemberChange change, CancellationToken cancellation)
    {
        var mayBeDone = false;
        for (var left = MostTries; ; left--)
        {
            try
            {
                await client.ChangeMembersAsync([change], cancellation);
                return;
            }
            catch (RaftRequestException failure) when (left > 1 && (mayBeDone || failure is AdministrationIndeterminateException))
            {
                mayBeDone = true;
                if (IsDone(change, await SettledStatusAsync(cancellation)))
                {
                    return;
                }
            }
        }
    }

    /// <summary>Waits until a member votes.</summary>
    /// <param name="member">The member.</param>
    /// <param name="tell">Receives a line at each progress.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The leader's status then.</returns>
    /// <exception cref="NodeException">It makes no progress, or was removed.</exception>
    public async Task<RaftStatus> UntilVoterAsync(ServerId member, Action<string> tell, CancellationToken cancellation)
    {
        var told = "";
        var sinceChange = Stopwatch.StartNew();
        while (true)
        {
            var status = await LeaderStatusAsync(cancellation);
            if (status.Members.All(other => other.Id != member))
            {
                throw new NodeException($"{member} is no member any more.", ExitCodes.Failure);
            }

            if (!status.Learners.Contains(member) && !status.IsChangingMembers)
            {
                return status;
            }

            var words = Describe(member, status);
            if (words != told)
            {
                told = words;
                tell(words);
                sinceChange.Restart();
            }

            if (sinceChange.Elapsed > patience)
            {
                throw new NodeException(
                    $"{words}, and it has not got on for {patience.TotalSeconds:0.#} seconds. It stays a learner, and becomes a voter by"
                    + " itself once it has caught up.",
                    ExitCodes.Failure);
            }

            await Task.Delay(Interval, cancellation);
        }
    }

    /// <summary>The leader's status when no change of members is in progress.</summary>
    private async Task<RaftStatus> SettledStatusAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var status = await LeaderStatusAsync(cancellation);
            if (!status.IsChangingMembers)
            {
                return status;
            }

            await Task.Delay(Interval, cancellation);
        }
    }

    private static bool IsDone(MemberChange change, RaftStatus status) => change switch
    {
        AddMember => status.Members.Any(member => member.Id == change.Id),
        RemoveMember => status.Members.All(member => member.Id != change.Id),
        MoveMember move => status.Members.Any(member => member.Id == move.Id && member.Address == move.Address),
        PromoteMember => !status.Learners.Contains(change.Id),
        _ => false,
    };

    private static string Describe(ServerId member, RaftStatus status)
    {
        var progress = status.Progress.FirstOrDefault(other => other.Id == member);
        return progress is { InstallingIndex.Value: > 0 } ? $"{member} {StatusReport.InstallInWords(progress)}"
            : status.Learners.Contains(member)
            ? $"{member} is a learner and has {progress?.MatchIndex ?? LogIndex.Zero} of {status.LastLogIndex} entries"
            : $"{member} becomes a voter";
    }

    private async Task<RaftStatus?> TryLeaderStatusAsync(CancellationToken cancellation)
    {
        var asked = _known.ToList();
        var statuses = await Task.WhenAll(asked.Select(contact => StatusReport.AskAsync(client, contact, cancellation)));
        _unresponsive = [.. asked.Where((_, i) => statuses[i] is null)];
        foreach (var status in statuses.OfType<RaftStatus>())
        {
            _known.UnionWith(
                status.Members.Where(member => member.Address.Length > 0).Select(member => ContactPoint.Parse(member.Address)));
        }

        return statuses.OfType<RaftStatus>().Where(status => status is { Role: RaftRole.Leader, Down: null }).MaxBy(status => status.Term);
    }
}
