using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft;

// Changes of the leader and of the members.
public sealed partial class RaftClient
{
    /// <summary>Has another server lead, and returns when it does (dissertation, section 3.10). Proposals wait meanwhile.</summary>
    /// <param name="target">Who is to lead; null for the voter that is placed best.</param>
    /// <param name="cancellationToken">Stops the waiting; the lead may then be handed over or not.</param>
    /// <exception cref="AdministrationRejectedException">The lead was not handed over; the message says why.</exception>
    /// <exception cref="AdministrationIndeterminateException">No answer came.</exception>
    public Task TransferLeadershipAsync(ServerId? target = null, CancellationToken cancellationToken = default)
    {
        var request = new Request(RequestKind.Transfer, Payload.None) { Message = id => new TransferRequest(null, id, target) };
        return Ask(request, cancellationToken);
    }

    /// <summary>
    /// Changes the members, all at once, and returns when the change is committed (dissertation, chapter 4). Before it begins, the leader
    /// makes sure that it reaches a new member, and that it belongs to no other cluster and has no other data.
    /// </summary>
    /// <param name="changes">At least one.</param>
    /// <param name="cancellationToken">Stops the waiting; the change may then come into force or not.</param>
    /// <returns>The index of the configuration in the log.</returns>
    /// <exception cref="AdministrationRejectedException">Nothing has changed; the message says why.</exception>
    /// <exception cref="AdministrationIndeterminateException">The change may or may not come into force; a status tells.</exception>
    public async Task<LogIndex> ChangeMembersAsync(IEnumerable<MemberChange> changes, CancellationToken cancellationToken = default)
    {
        MemberChange[] list = [.. changes];
        if (list.Length == 0)
        {
            throw new ArgumentException("At least one change is needed.", nameof(changes));
        }

        var request = new Request(RequestKind.MemberChange, Payload.None) { Message = id => new ChangeMembersRequest(null, id, list) };
        var outcome = await Ask(request, cancellationToken).ConfigureAwait(false);
        return outcome.Index;
    }

    /// <summary>
    /// Adds a server that was started with <c>akka-raft.join = on</c>. It learns at first and votes as soon as it has caught up, of which
    /// this does not wait. Errors are those of <see cref="ChangeMembersAsync"/>.
    /// </summary>
    /// <param name="id">The new member.</param>
    /// <param name="address">Where it is reached, such as <c>akka.tcp://raft@10.0.0.4:5001</c>.</param>
    /// <param name="asLearner">Whether it stays a learner until it is promoted.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task<LogIndex> AddMemberAsync(
        ServerId id, string address, bool asLearner = false, CancellationToken cancellationToken = default) =>
        ChangeMembersAsync([new AddMember(id, address, 0, asLearner)], cancellationToken);

    /// <summary>
    /// Removes a member, be it the leader, a follower or a learner. Errors are those of <see cref="ChangeMembersAsync"/>.
    /// </summary>
    /// <param name="id">The member.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task<LogIndex> RemoveMemberAsync(ServerId id, CancellationToken cancellationToken = default) =>
        ChangeMembersAsync([new RemoveMember(id)], cancellationToken);

    /// <summary>
    /// Makes a learner a voter as soon as it has caught up. Errors are those of <see cref="ChangeMembersAsync"/>.
    /// </summary>
    /// <param name="id">The learner.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task<LogIndex> PromoteMemberAsync(ServerId id, CancellationToken cancellationToken = default) =>
        ChangeMembersAsync([new PromoteMember(id)], cancellationToken);

    /// <summary>
    /// Says that a member is reached at another address; it was started there with its data. Errors are those of <see
    /// cref="ChangeMembersAsync"/>.
    /// </summary>
    /// <param name="id">The member.</param>
    /// <param name="address">Where it is reached from now on.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task<LogIndex> MoveMemberAsync(ServerId id, string address, CancellationToken cancellationToken = default) =>
        ChangeMembersAsync([new MoveMember(id, address)], cancellationToken);
}
