namespace AkkaRaft.Core;

/// <summary>A change of the cluster's members (dissertation, chapter 4).</summary>
/// <param name="Id">The member.</param>
public abstract record MemberChange(ServerId Id);

/// <summary>
/// Adds a server, as a learner at first; unless it is to stay one, it becomes a voter by itself once it has caught up (section 4.2.1).
/// </summary>
/// <param name="Id">The new member.</param>
/// <param name="Address">Where it is reached, in the shell's own notation.</param>
/// <param name="Incarnation">Names its data directory; 0 if that is not known.</param>
/// <param name="AsLearner">Whether it stays a learner.</param>
public sealed record AddMember(ServerId Id, string Address, long Incarnation, bool AsLearner) : MemberChange(Id);

/// <summary>Makes a learner a voter as soon as it has caught up.</summary>
/// <param name="Id">The learner.</param>
public sealed record PromoteMember(ServerId Id) : MemberChange(Id);

/// <summary>Removes a voter or a learner; it may be the leader itself.</summary>
/// <param name="Id">The member.</param>
public sealed record RemoveMember(ServerId Id) : MemberChange(Id);

/// <summary>Says that a member is reached at another address and is the same as ever.</summary>
/// <param name="Id">The member.</param>
/// <param name="Address">Where it is reached from now on.</param>
public sealed record MoveMember(ServerId Id, string Address) : MemberChange(Id);
