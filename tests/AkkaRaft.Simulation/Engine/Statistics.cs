namespace AkkaRaft.Simulation;

/// <summary>Counts of a run, for the progress line and the report.</summary>
internal sealed class Statistics
{
    public long Steps;
    public long Messages;
    public long MessagesLost;
    public long Faults;
    public long Operations;
    public long Rejections;
    public long Timeouts;
    public long Sessions;
    public long Retries;
    public long LeadersElected;
    public long SnapshotsTaken;
    public long SnapshotsReceived;
    public long SnapshotsUnreadable;
    public long SnapshotsRestored;
    public long ConfigurationsCommitted;
    public long Transfers;
    public long Wipes;

    /// <summary>Adds the counts of another run.</summary>
    public void Add(Statistics other)
    {
        Steps += other.Steps;
        Messages += other.Messages;
        MessagesLost += other.MessagesLost;
        Faults += other.Faults;
        Operations += other.Operations;
        Rejections += other.Rejections;
        Timeouts += other.Timeouts;
        Sessions += other.Sessions;
        Retries += other.Retries;
        LeadersElected += other.LeadersElected;
        SnapshotsTaken += other.SnapshotsTaken;
        SnapshotsReceived += other.SnapshotsReceived;
        SnapshotsUnreadable += other.SnapshotsUnreadable;
        SnapshotsRestored += other.SnapshotsRestored;
        ConfigurationsCommitted += other.ConfigurationsCommitted;
        Transfers += other.Transfers;
        Wipes += other.Wipes;
    }

    public override string ToString() =>
        $"{SnapshotsTaken} snapshots taken, {SnapshotsReceived} received, {SnapshotsUnreadable} found damaged; "
        + $"{ConfigurationsCommitted} configurations; "
        + $"{LeadersElected} leaders, {Transfers} transfers; {Sessions} sessions, {Retries} retries; {Wipes} disks lost";
}
