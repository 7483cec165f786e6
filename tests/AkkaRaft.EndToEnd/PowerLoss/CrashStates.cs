namespace AkkaRaft.EndToEnd.PowerLoss;

/// <summary>What is taken for wrong on purpose, to see that it is found.</summary>
internal enum SyncFault
{
    None,

    /// <summary>No sync does anything.</summary>
    NoSyncs,

    /// <summary>The last sync of the journal does nothing: what it covers was acknowledged too early.</summary>
    LastSyncIsLate,
}

/// <summary>
/// What may be on the disk of a machine that loses power, from what a process did. What was synced is there. Of each later write all,
/// nothing or some sectors are there, whatever became of the others; of the later names in a folder, those up to some point.
/// </summary>
internal sealed class CrashStates(IReadOnlyList<FileOperation> operations, SyncFault fault)
{
    private const double Whole = 0.35;

    /// <summary>When something ended: moments at which power may be lost.</summary>
    public IReadOnlyList<DateTime> Moments { get; } = [.. operations.Select(operation => operation.Ended).Distinct()];

    /// <summary>Makes the data directory of a moment.</summary>
    /// <param name="moment">When power is lost.</param>
    /// <param name="random">Draws what of the rest is there.</param>
    /// <param name="folder">The directory, which is not there yet.</param>
    public void Write(DateTime moment, Random random, string folder)
    {
        var (files, names) = Replay(moment);
        var keep = random.Next(4) switch { 0 => 0, 1 => 1, _ => random.NextDouble() };
        Directory.CreateDirectory(folder);
        var present = new SortedDictionary<string, int?>(StringComparer.Ordinal);
        foreach (var inFolder in names.GroupBy(name => name.Operation.Folder))
        {
            var synced = inFolder.TakeWhile(name => name.IsDurable).Count();
            foreach (var name in inFolder.Take(synced + random.Next(inFolder.Count() - synced + 1)))
            {
                Apply(name, present);
            }
        }

        foreach (var (path, file) in present)
        {
            var target = Path.Combine(folder, path);
            if (file is null)
            {
                Directory.CreateDirectory(target);
            }
            else if (Directory.Exists(Path.GetDirectoryName(target)))
            {
                File.WriteAllBytes(target, Content(files[file.Value], keep, random));
            }
        }
    }

    private static void Apply(Name name, SortedDictionary<string, int?> present)
    {
        var operation = name.Operation;
        switch (operation.Kind)
        {
            case FileOperationKind.Delete:
                present.Remove(operation.Path);
                break;
            case FileOperationKind.Rename:
                present.Remove(operation.Path);
                present[operation.Target] = name.File;
                break;
            default:
                present[operation.Path] = name.File;
                break;
        }
    }

    private static byte[] Content(List<Change> changes, double keep, Random random)
    {
        var content = new MemoryStream();
        foreach (var change in changes)
        {
            var operation = change.Operation;
            if (change.IsDurable || random.NextDouble() < keep * Whole || (keep == 1))
            {
                Apply(operation, content);
            }
            else if (operation.Kind == FileOperationKind.Write && random.NextDouble() < keep)
            {
                Tear(operation, random.Next(2) == 0 ? 512 : 4096, content, random);
            }
        }

        return content.ToArray();
    }

    private static void Apply(FileOperation operation, MemoryStream content)
    {
        if (operation.Kind == FileOperationKind.Write)
        {
            content.Position = operation.Offset;
            content.Write(operation.Data);
        }
        else
        {
            content.SetLength(operation.Offset);
        }
    }

    /// <summary>Some of the sectors of a write.</summary>
    private static void Tear(FileOperation write, int sector, MemoryStream content, Random random)
    {
        var at = write.Offset;
        var end = write.Offset + write.Data.Length;
        while (at < end)
        {
            var next = Math.Min(end, ((at / sector) + 1) * sector);
            if (random.Next(2) == 0)
            {
                content.Position = at;
                content.Write(write.Data.AsSpan((int)(at - write.Offset), (int)(next - at)));
            }

            at = next;
        }
    }

    /// <summary>Each file's changes and all changes of names up to a moment, with whether a sync covers them.</summary>
    private (List<List<Change>> Files, List<Name> Names) Replay(DateTime moment)
    {
        var (files, names) = (new List<List<Change>>(), new List<Name>());
        var current = new Dictionary<string, int>();
        var ignored = fault == SyncFault.LastSyncIsLate ? LastJournalSync(moment) : null;
        foreach (var operation in operations.Where(operation => operation.Began <= moment))
        {
            switch (operation.Kind)
            {
                case FileOperationKind.Create when !current.ContainsKey(operation.Path):
                    current[operation.Path] = files.Count;
                    names.Add(new Name(operation, files.Count));
                    files.Add([]);
                    break;
                case FileOperationKind.Create when operation.Offset < 0:
                    break;
                case FileOperationKind.Create or FileOperationKind.Write or FileOperationKind.Truncate:
                    if (current.TryGetValue(operation.Path, out var changed))
                    {
                        files[changed].Add(new Change(operation));
                    }

                    break;
                case FileOperationKind.Rename:
                    current.Remove(operation.Path, out var moved);
                    current[operation.Target] = moved;
                    names.Add(new Name(operation, moved));
                    break;
                case FileOperationKind.Delete:
                    if (current.Remove(operation.Path))
                    {
                        names.Add(new Name(operation, null));
                    }

                    break;
                case FileOperationKind.MakeDirectory when operation.Path.Length > 0:
                    names.Add(new Name(operation, null));
                    break;
                case FileOperationKind.Sync when operation.Ended <= moment && operation != ignored && fault != SyncFault.NoSyncs:
                    Sync(operation, current.TryGetValue(operation.Path, out var synced) ? files[synced] : null, names);
                    break;
            }
        }

        return (files, names);
    }

    private static void Sync(FileOperation sync, List<Change>? file, List<Name> names)
    {
        foreach (var change in (file ?? []).Where(change => change.Operation.Ended <= sync.Began))
        {
            change.IsDurable = true;
        }

        if (file is null)
        {
            foreach (var name in names.Where(name => name.Operation.Folder == sync.Path && name.Operation.Ended <= sync.Began))
            {
                name.IsDurable = true;
            }
        }
    }

    private FileOperation? LastJournalSync(DateTime moment) => operations.LastOrDefault(operation =>
        operation is { Kind: FileOperationKind.Sync, Path: "raft.db-wal" } && operation.Ended <= moment);

    private sealed class Change(FileOperation operation)
    {
        public FileOperation Operation { get; } = operation;

        public bool IsDurable { get; set; }
    }

    private sealed class Name(FileOperation operation, int? file)
    {
        public FileOperation Operation { get; } = operation;

        /// <summary>The file that has the name; null for a folder.</summary>
        public int? File { get; } = file;

        public bool IsDurable { get; set; }
    }
}
