using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using AkkaRaft.Backups;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Server;
using Google.Protobuf;

namespace AkkaRaft.Serialization;

/// <summary>
/// Writes everything that AkkaRaft sends or keeps: a closed list of manifests, each with a schema in the <c>.proto</c> files beside this
/// one.
/// </summary>
public sealed class RaftMessageSerializer : SerializerWithStringManifest
{
    /// <summary>The serializer's identifier, which is part of each message and of each record in a journal.</summary>
    public const int Id = 120;

    private const string PreVoteManifest = "pv";
    private const string PreVoteReplyManifest = "pvr";
    private const string RequestVoteManifest = "rv";
    private const string RequestVoteReplyManifest = "rvr";
    private const string AppendEntriesManifest = "ae";
    private const string AppendEntriesReplyManifest = "aer";
    private const string InstallSnapshotManifest = "is";
    private const string InstallSnapshotReplyManifest = "isr";
    private const string TimeoutNowManifest = "tn";
    private const string ReadIndexRequestManifest = "ri";
    private const string ReadIndexReplyManifest = "rir";
    private const string StartAnnouncedManifest = "san";
    private const string StartAcknowledgedManifest = "sac";
    private const string JournalOwnerManifest = "jo";
    private const string BootstrappedManifest = "jb";
    private const string TermAndVoteManifest = "jt";
    private const string EntriesAppendedManifest = "je";
    private const string SnapshotRecordedManifest = "js";
    private const string ProposeRequestsManifest = "cp";
    private const string SessionRequestsManifest = "cps";
    private const string QueryRequestsManifest = "cq";
    private const string TransferRequestManifest = "ct";
    private const string ChangeMembersRequestManifest = "cm";
    private const string AnswersManifest = "ca";
    private const string GetStatusManifest = "cs";
    private const string StatusAnswerManifest = "csa";
    private const string MemberProbeManifest = "mp";
    private const string MemberProbeAnswerManifest = "mpa";
    private const string TakeBackupManifest = "bt";
    private const string BackupTakenManifest = "bta";
    private const string ReadBackupManifest = "br";
    private const string BackupPartManifest = "bra";
    private const string DropBackupManifest = "bd";

    /// <summary>Called by Akka.</summary>
    public RaftMessageSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <inheritdoc />
    public override int Identifier => Id;

    /// <inheritdoc />
    public override string Manifest(object o) => o switch
    {
        PeerMessage { Message: AppendEntries } => AppendEntriesManifest,
        PeerMessage { Message: AppendEntriesReply } => AppendEntriesReplyManifest,
        PeerMessage { Message: PreVote } => PreVoteManifest,
        PeerMessage { Message: PreVoteReply } => PreVoteReplyManifest,
        PeerMessage { Message: RequestVote } => RequestVoteManifest,
        PeerMessage { Message: RequestVoteReply } => RequestVoteReplyManifest,
        PeerMessage { Message: InstallSnapshot } => InstallSnapshotManifest,
        PeerMessage { Message: InstallSnapshotReply } => InstallSnapshotReplyManifest,
        PeerMessage { Message: TimeoutNow } => TimeoutNowManifest,
        PeerMessage { Message: ReadIndexRequest } => ReadIndexRequestManifest,
        PeerMessage { Message: ReadIndexReply } => ReadIndexReplyManifest,
        PeerMessage { Message: StartAnnounced } => StartAnnouncedManifest,
        PeerMessage { Message: StartAcknowledged } => StartAcknowledgedManifest,
        EntriesAppended => EntriesAppendedManifest,
        TermAndVote => TermAndVoteManifest,
        Bootstrapped => BootstrappedManifest,
        SnapshotRecorded => SnapshotRecordedManifest,
        JournalOwner => JournalOwnerManifest,

        // A server that knows no sessions must not take what it would apply twice.
        ProposeRequests requests when requests.Requests.Any(request => request.Session is SessionStep) => SessionRequestsManifest,
        ProposeRequests => ProposeRequestsManifest,
        QueryRequests => QueryRequestsManifest,
        TransferRequest => TransferRequestManifest,
        ChangeMembersRequest => ChangeMembersRequestManifest,
        Answers => AnswersManifest,
        GetStatus => GetStatusManifest,
        StatusAnswer => StatusAnswerManifest,
        MemberProbe => MemberProbeManifest,
        MemberProbeAnswer => MemberProbeAnswerManifest,
        TakeBackup => TakeBackupManifest,
        BackupTaken => BackupTakenManifest,
        ReadBackup => ReadBackupManifest,
        BackupPart => BackupPartManifest,
        DropBackup => DropBackupManifest,
        _ => throw Foreign(o),
    };

    /// <inheritdoc />
    public override byte[] ToBinary(object obj) =>
        obj is RaftEvent or JournalOwner ? JournalRecord.Seal(Schema(obj)) : Schema(obj).ToByteArray();

    /// <inheritdoc />
    /// <exception cref="SerializationException">
    /// The manifest is not one of AkkaRaft's, the bytes are not what it says, or a newer version wrote them.
    /// </exception>
    public override object FromBinary(byte[] bytes, string manifest) => Read(bytes, manifest);

    /// <summary>Reads a message or a record; no actor system is needed for it. Fails as <see cref="FromBinary"/> does.</summary>
    internal static object Read(byte[] bytes, string manifest)
    {
        try
        {
            return Parse(bytes, manifest);
        }
        catch (InvalidProtocolBufferException cause)
        {
            throw new SerializationException($"The bytes are no message of AkkaRaft's with the manifest '{manifest}'.", cause);
        }
    }

    private static object Parse(byte[] bytes, string manifest) => manifest switch
    {
        AppendEntriesManifest => PeerMessageReader.Read(Proto.AppendEntries.Parser.ParseFrom(bytes)),
        AppendEntriesReplyManifest => PeerMessageReader.Read(Proto.AppendEntriesReply.Parser.ParseFrom(bytes)),
        PreVoteManifest => PeerMessageReader.Read(Proto.PreVote.Parser.ParseFrom(bytes)),
        PreVoteReplyManifest => PeerMessageReader.Read(Proto.PreVoteReply.Parser.ParseFrom(bytes)),
        RequestVoteManifest => PeerMessageReader.Read(Proto.RequestVote.Parser.ParseFrom(bytes)),
        RequestVoteReplyManifest => PeerMessageReader.Read(Proto.RequestVoteReply.Parser.ParseFrom(bytes)),
        InstallSnapshotManifest => PeerMessageReader.Read(Proto.InstallSnapshot.Parser.ParseFrom(bytes)),
        InstallSnapshotReplyManifest => PeerMessageReader.Read(Proto.InstallSnapshotReply.Parser.ParseFrom(bytes)),
        TimeoutNowManifest => PeerMessageReader.Read(Proto.TimeoutNow.Parser.ParseFrom(bytes)),
        ReadIndexRequestManifest => PeerMessageReader.Read(Proto.ReadIndexRequest.Parser.ParseFrom(bytes)),
        ReadIndexReplyManifest => PeerMessageReader.Read(Proto.ReadIndexReply.Parser.ParseFrom(bytes)),
        StartAnnouncedManifest => PeerMessageReader.Read(Proto.StartAnnounced.Parser.ParseFrom(bytes)),
        StartAcknowledgedManifest => PeerMessageReader.Read(Proto.StartAcknowledged.Parser.ParseFrom(bytes)),
        EntriesAppendedManifest => JournalSchema.Read(Proto.EntriesAppended.Parser.ParseFrom(JournalRecord.Open(bytes, manifest))),
        TermAndVoteManifest => JournalSchema.Read(Proto.TermAndVote.Parser.ParseFrom(JournalRecord.Open(bytes, manifest))),
        BootstrappedManifest => JournalSchema.Read(Proto.Bootstrapped.Parser.ParseFrom(JournalRecord.Open(bytes, manifest))),
        SnapshotRecordedManifest => JournalSchema.Read(Proto.SnapshotRecorded.Parser.ParseFrom(JournalRecord.Open(bytes, manifest))),
        JournalOwnerManifest => JournalSchema.Read(Proto.JournalOwner.Parser.ParseFrom(JournalRecord.Open(bytes, manifest))),
        ProposeRequestsManifest or SessionRequestsManifest => RequestSchema.ReadProposals(Proto.ClientRequests.Parser.ParseFrom(bytes)),
        QueryRequestsManifest => RequestSchema.ReadQueries(Proto.ClientRequests.Parser.ParseFrom(bytes)),
        TransferRequestManifest => RequestSchema.Read(Proto.TransferRequest.Parser.ParseFrom(bytes)),
        ChangeMembersRequestManifest => RequestSchema.Read(Proto.ChangeMembersRequest.Parser.ParseFrom(bytes)),
        AnswersManifest => AnswerSchema.Read(Proto.Answers.Parser.ParseFrom(bytes)),
        GetStatusManifest => StatusSchema.Read(Proto.GetStatus.Parser.ParseFrom(bytes)),
        StatusAnswerManifest => StatusSchema.Read(Proto.StatusAnswer.Parser.ParseFrom(bytes)),
        MemberProbeManifest => MemberSchema.Read(Proto.MemberProbe.Parser.ParseFrom(bytes)),
        MemberProbeAnswerManifest => MemberSchema.Read(Proto.MemberProbeAnswer.Parser.ParseFrom(bytes)),
        TakeBackupManifest => BackupSchema.ReadTake(Proto.BackupQuery.Parser.ParseFrom(bytes)),
        BackupTakenManifest => BackupSchema.Read(Proto.BackupTaken.Parser.ParseFrom(bytes)),
        ReadBackupManifest => BackupSchema.ReadRead(Proto.BackupQuery.Parser.ParseFrom(bytes)),
        BackupPartManifest => BackupSchema.Read(Proto.BackupPart.Parser.ParseFrom(bytes)),
        DropBackupManifest => BackupSchema.ReadDrop(Proto.BackupQuery.Parser.ParseFrom(bytes)),
        _ => throw new SerializationException(
            $"'{manifest}' is no manifest of AkkaRaft's (serializer {Id}): a newer version may have written the message."),
    };

    private static IMessage Schema(object message) => message switch
    {
        PeerMessage peerMessage => PeerMessageWriter.Write(peerMessage),
        RaftEvent raftEvent => JournalSchema.Write(raftEvent),
        JournalOwner owner => JournalSchema.Write(owner),
        ClientRequests requests => RequestSchema.Write(requests),
        TransferRequest request => RequestSchema.Write(request),
        ChangeMembersRequest request => RequestSchema.Write(request),
        Answers answers => AnswerSchema.Write(answers),
        GetStatus getStatus => StatusSchema.Write(getStatus),
        StatusAnswer statusAnswer => StatusSchema.Write(statusAnswer),
        MemberProbe probe => MemberSchema.Write(probe),
        MemberProbeAnswer answer => MemberSchema.Write(answer),
        BackupQuery query => BackupSchema.Write(query),
        BackupTaken taken => BackupSchema.Write(taken),
        BackupPart part => BackupSchema.Write(part),
        _ => throw Foreign(message),
    };

    private static SerializationException Foreign(object message) =>
        new($"{message.GetType()} is no message of AkkaRaft's and cannot be written by serializer {Id}.");
}
