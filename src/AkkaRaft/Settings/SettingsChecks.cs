using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using AkkaRaft.Links;

namespace AkkaRaft;

/// <summary>What settings must fulfil beyond being well formed.</summary>
internal static class SettingsChecks
{
    /// <summary>What surrounds entries in a frame: the envelopes of Akka.Remote and of AkkaRaft, with paths and names.</summary>
    public const int EnvelopeBytes = 4096;

    /// <summary>What an entry of the log counts beyond its command.</summary>
    public const int EntryBytes = 24;

    /// <summary>What <see cref="IsName"/> takes.</summary>
    public const string NameInWords = "a name of 1 to 64 letters, digits, '-', '_' and '.' that has a letter or a digit";

    public const string FrameKey = "akka.remote.dot-netty.tcp.maximum-frame-size";
    private const string HostKey = "akka.remote.dot-netty.tcp.hostname";
    private const string TlsKey = "akka.remote.dot-netty.tcp.enable-ssl";

    /// <summary>Akka's default.</summary>
    public const int DefaultFrameBytes = 128_000;

    /// <summary>
    /// The largest command where the frame has room for it: 1.5 MiB, the largest request of etcd, in a value, and its key.
    /// </summary>
    private const int LargestCommandBytes = 1540 * 1024;

    private const string CommandKey = "akka-raft.max-command-size";

    /// <summary>The largest command: what is set, or what fits into a frame.</summary>
    public static int CommandBytes(SettingsReader reader) => reader.Text(CommandKey) == "auto"
        ? Math.Clamp(FrameBytes(reader) - EnvelopeBytes, 1, LargestCommandBytes)
        : (int)reader.Size(CommandKey);

    public static int FrameBytes(SettingsReader reader) =>
        reader.Config.HasPath(FrameKey) ? (int)reader.ForeignSize(FrameKey) : DefaultFrameBytes;

    public static void Check(SettingsReader reader, RaftSettings settings)
    {
        CheckNames(reader, settings);
        CheckMembers(reader, settings);
        CheckTimes(reader, settings);
        CheckFrame(reader, settings.Protocol.MaxBatchBytes, settings.Protocol.MaxCommandBytes, settings.Protocol.SnapshotChunkBytes);
        CheckBounds(reader, settings);
        PluginChecks.CheckJournal(reader, settings);
        PluginChecks.CheckPlugins(reader, settings);
        CheckNetwork(reader, settings);
    }

    /// <summary>
    /// Refuses a key that <c>reference.conf</c> does not have: a misspelt one would silently leave its default in force.
    /// </summary>
    public static void RefuseUnknownKeys(Config config)
    {
        if (config.HasPath("akka-raft"))
        {
            RefuseUnknownKeys(config, Raft.DefaultConfig, "akka-raft");
        }
    }

    private static void RefuseUnknownKeys(Config config, Config known, string path)
    {
        var knownKeys = FieldsOf(known, path).Keys;
        foreach (var (key, value) in FieldsOf(config, path))
        {
            if (!knownKeys.Contains(key))
            {
                if (SettingsTable.Renamed.TryGetValue($"{path}.{key}", out var newName))
                {
                    throw new RaftConfigurationException($"{path}.{key}", "an old name", $"the setting is now called {newName}");
                }

                var nearest = knownKeys.MinBy(candidate => Distance(candidate, key));
                throw new RaftConfigurationException($"{path}.{key}", "not a setting", $"the nearest that is one is {path}.{nearest}");
            }

            var child = $"{path}.{key}";
            if (value.IsObject() && child != "akka-raft.members" && known.GetValue(child)?.IsObject() == true)
            {
                RefuseUnknownKeys(config, known, child);
            }
        }
    }

    // Not GetConfig: where a fallback has no object at the path, Akka cannot make a section of it.
    private static Dictionary<string, HoconValue> FieldsOf(Config config, string path) => config.GetValue(path)?.GetObject()?.Items ?? [];

    private static void CheckNames(SettingsReader reader, RaftSettings settings)
    {
        if (!IsName(settings.ClusterId))
        {
            throw reader.Wrong("akka-raft.cluster-id", $"{NameInWords} is expected");
        }

        if (!IsName(settings.ServerId.Value))
        {
            throw reader.Wrong("akka-raft.server-id", $"{NameInWords} is expected");
        }
    }

    private static void CheckMembers(SettingsReader reader, RaftSettings settings)
    {
        const string key = "akka-raft.members";
        foreach (var member in settings.Members)
        {
            if (!IsName(member.Id.Value))
            {
                throw reader.Wrong(key, $"'{member.Id}' is not {NameInWords}");
            }

            if (!ActorPath.TryParse(member.ServerPath, out _))
            {
                throw reader.Wrong(
                    key, $"'{member.Address}', where {member.Id} is to be reached, is no address such as akka.tcp://raft@127.0.0.1:5001");
            }
        }

        foreach (var member in settings.Members)
        {
            CheckAddress(reader, member);
        }

        if (settings.Members.GroupBy(member => member.Id).FirstOrDefault(group => group.Count() > 1) is { } same)
        {
            throw reader.Wrong(key, $"{same.Key} stands there more than once; each server needs an id of its own");
        }

        if (settings.Members.GroupBy(member => member.ServerPath).FirstOrDefault(group => group.Count() > 1) is { } shared)
        {
            throw reader.Wrong(key, $"{string.Join(" and ", shared.Select(member => member.Id))} have the same address");
        }

        var addresses = settings.Members.Select(member => ActorPath.Parse(member.ServerPath).Address).Distinct().ToList();
        if (addresses.FirstOrDefault(one => addresses.Exists(other => NodeAddress.IsAlias(one, other))) is { } alias)
        {
            throw reader.Wrong(key, $"{alias.Host}:{alias.Port} is there under two names: a node has one protocol and one system's name");
        }

        if (settings.Members.All(member => member.Id != settings.ServerId))
        {
            var expected = settings.Join
                ? $"{key} must hold at least this server's own address, and has {NamesIn(settings.Members)}"
                : $"{key} has only {NamesIn(settings.Members)}";
            throw reader.Wrong("akka-raft.server-id", expected);
        }
    }

    private static void CheckAddress(SettingsReader reader, RaftMember member)
    {
        var address = ActorPath.Parse(member.ServerPath).Address;
        if (!address.HasGlobalScope)
        {
            return;
        }

        if (address.Port is null or < 1 or > ushort.MaxValue)
        {
            throw reader.Wrong("akka-raft.members", $"the address of {member.Id} must name a port from 1 to {ushort.MaxValue}");
        }

        if (NodeAddress.WhyNotNormal(address.Host) is { } why)
        {
            throw reader.Wrong("akka-raft.members", $"in the address of {member.Id} {why}");
        }

        var protocol = reader.Config.GetBoolean(TlsKey) ? "akka.ssl.tcp" : "akka.tcp";
        if (address.Protocol != protocol)
        {
            throw reader.Wrong("akka-raft.members", $"with {TlsKey} as it is the address of {member.Id} must begin with {protocol}://");
        }
    }

    private static string NamesIn(IReadOnlyList<RaftMember> members) =>
        members.Count == 0 ? "nobody" : string.Join(", ", members.Select(member => member.Id));

    private static void CheckTimes(SettingsReader reader, RaftSettings settings)
    {
        var protocol = settings.Protocol;
        reader.NotBelow(
            "akka-raft.election-timeout-max", protocol.ElectionTimeoutMax, "akka-raft.election-timeout-min", protocol.ElectionTimeoutMin);
        reader.NotBelow(
            "akka-raft.reconnect-after", settings.ReconnectAfter, "akka-raft.election-timeout-max", protocol.ElectionTimeoutMax);
        reader.NotBelow(
            "akka-raft.restart-backoff-max", settings.RestartBackoffMax, "akka-raft.restart-backoff-min", settings.RestartBackoffMin);
        reader.NotBelow(
            "akka-raft.max-write-stall", protocol.MaxWriteStall, "akka-raft.election-timeout-max", protocol.ElectionTimeoutMax);
        if (protocol.LeaseReads && !protocol.CheckQuorum)
        {
            throw reader.Wrong("akka-raft.lease-reads", "it needs akka-raft.check-quorum = on: else a leader's lease binds nobody");
        }

        if (protocol.ElectionTimeoutMin < 2 * protocol.HeartbeatInterval)
        {
            throw reader.Wrong(
                "akka-raft.election-timeout-min",
                "it must be at least two heartbeats, and akka-raft.heartbeat-interval is "
                + SettingsReader.InWords(protocol.HeartbeatInterval));
        }
    }

    /// <summary>Akka.Remote drops what does not fit into a frame, so nothing may be let in that does not.</summary>
    public static void CheckFrame(SettingsReader reader, int maxBatchBytes, int maxCommandBytes, int snapshotChunkBytes = 0)
    {
        var room = FrameBytes(reader) - EnvelopeBytes;
        Fits("akka-raft.max-batch-size", maxBatchBytes);
        Fits(CommandKey, maxCommandBytes);
        Fits("akka-raft.snapshot-chunk-size", snapshotChunkBytes);

        void Fits(string key, int sizeBytes)
        {
            if (sizeBytes > room)
            {
                throw reader.Wrong(
                    key, $"it must not be above {room} bytes, which is {FrameKey} less {EnvelopeBytes} bytes for what surrounds it");
            }
        }
    }

    /// <summary>With less room than one entry takes, that command would be told to come again for ever.</summary>
    private static void CheckBounds(SettingsReader reader, RaftSettings settings)
    {
        var least = (long)settings.Protocol.MaxCommandBytes + EntryBytes;
        HoldsOne("akka-raft.max-uncommitted-size", settings.Protocol.MaxUncommittedBytes);
        HoldsOne("akka-raft.max-unapplied-size", settings.Protocol.MaxUnappliedBytes);

        void HoldsOne(string key, long sizeBytes)
        {
            if (sizeBytes < least)
            {
                throw reader.Wrong(
                    key, $"it must not be below {least} bytes: akka-raft.max-command-size and {EntryBytes} bytes for the entry around it");
            }
        }
    }

    private static void CheckNetwork(SettingsReader reader, RaftSettings settings)
    {
        var self = settings.Members.First(member => member.Id == settings.ServerId);
        var reached = settings.Members.Where(member => member.Id != settings.ServerId || settings.Join);
        var provider = reader.Config.GetString("akka.actor.provider", "local");
        if (reached.Any(member => HostOf(member) is not null)
            && !provider.Contains("remote", StringComparison.OrdinalIgnoreCase)
            && !provider.Contains("cluster", StringComparison.OrdinalIgnoreCase))
        {
            throw new RaftConfigurationException(
                "akka.actor.provider", $"'{provider}'", "it must be 'remote' for members on other addresses to be reached");
        }

        if (HostOf(self) is { } host)
        {
            CheckHosts(reader, self, host);
        }
    }

    /// <summary>Akka.Remote listens on all interfaces where <c>hostname</c> is missing, and says nothing.</summary>
    private static void CheckHosts(SettingsReader reader, RaftMember self, string host)
    {
        var bound = reader.Config.GetString(HostKey) ?? "";
        if (bound.Length == 0)
        {
            throw new RaftConfigurationException(
                HostKey, "missing or empty", "the address to listen on is expected, such as 127.0.0.1: Akka.Remote would listen on all");
        }

        if (NodeAddress.WhyNotNormal(bound) is { } why)
        {
            throw new RaftConfigurationException(HostKey, $"'{bound}'", why);
        }

        var isProtected = reader.Config.GetBoolean(TlsKey) || reader.Switch("akka-raft.allow-plaintext");
        if ((!IsLoopback(host) || !IsLoopback(bound)) && !isProtected)
        {
            throw new RaftConfigurationException(
                TlsKey,
                "off",
                $"{self.Id} listens on {bound} and is reached at {host}, which is not loopback: turn TLS on, or say"
                + " akka-raft.allow-plaintext = on");
        }
    }

    private static string? HostOf(RaftMember member) => ActorPath.Parse(member.ServerPath).Address.Host;

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 64 && text.Any(char.IsAsciiLetterOrDigit)
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');

    /// <summary>The number of single-character edits between two words (Levenshtein).</summary>
    public static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }

        return row[^1];
    }
}
