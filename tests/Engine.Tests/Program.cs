using Engine.Tests.Persistence.Sql;

// Tests of what survives a kill run this assembly as a process of its own.
return args switch
{
    ["journal-writer", var databaseFile] => await JournalWriter.Run(databaseFile),
    _ => 2,
};
