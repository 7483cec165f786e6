using System.Buffers.Binary;
using AkkaRaft.Core;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>
/// One try of a client. Without a session a retry could apply twice, so a retry is an operation of the history of its own; in a session it
/// is the same. The value that an operation writes is its number, so that every value tells where it comes from.
/// </summary>
internal sealed class Attempt
{
    public Attempt(long number, int client, RegisterInput? input)
    {
        Number = number;
        Client = client;
        Input = input;
        First = this;
        Tries = 1;
    }

    private Attempt(long number, Attempt first)
    {
        Number = number;
        Client = first.Client;
        Input = first.Input;
        Payload = first.Payload;
        First = first;
        first.Tries++;
    }

    public long Number { get; }

    public int Client { get; }

    /// <summary>What is asked of the registers; null for what opens a session.</summary>
    public RegisterInput? Input { get; }

    /// <summary>The first try of the same operation.</summary>
    public Attempt First { get; }

    /// <summary>What an administrator asks for; null for all others.</summary>
    public Administration? Administration { get; init; }

    public bool IsRead => Input is ReadRegister;

    /// <summary>What the answer to a read must know of, and who gives it.</summary>
    public ReadConsistency Consistency { get; init; }

    public TimeSpan MaxAge { get; init; }

    /// <summary>The entry that a read at an index must know of.</summary>
    public long AtIndex { get; init; }

    /// <summary>Whether the answer belongs to the history that must be linearizable.</summary>
    public bool IsLinearizable => Consistency is ReadConsistency.Linearizable or ReadConsistency.LinearizableLocal;

    /// <summary>When it was asked.</summary>
    public long AskedAt { get; set; }

    /// <summary>Of a first try: what the history knows of it.</summary>
    public Operation<RegisterInput, RegisterOutput>? Operation { get; set; }

    /// <summary>Of a first try: how often the operation was sent.</summary>
    public int Tries { get; private set; }

    /// <summary>Of a first try: how many of the tries a server has promised never to take effect.</summary>
    public int Rejections { get; set; }

    /// <summary>Of a first try: how often it is in the log.</summary>
    public int Commits { get; set; }

    /// <summary>Of a first try: the entry by which it took effect; 0 while it has not.</summary>
    public long CommittedAt { get; set; }

    /// <summary>Of a first try: what it was answered with when it took effect.</summary>
    public RegisterOutput Output { get; set; }

    /// <summary>What the client was told; null as long as it waits, and for good if it gave up.</summary>
    public Answer? Answer { get; set; }

    /// <summary>What goes through the log; null for a read.</summary>
    public EntryPayload? Payload { get; private set; }

    public static long NumberOf(Command command) => BinaryPrimitives.ReadInt64LittleEndian(command.Data.Span);

    /// <summary>Another try of the same.</summary>
    public Attempt Again(long number) => new(number, First);

    /// <summary>A command: the number, and padding so that sizes differ.</summary>
    public Command MakeCommand(int padding)
    {
        var data = new byte[8 + padding];
        BinaryPrimitives.WriteInt64LittleEndian(data, Number);
        var command = new Command(1, "", data);
        Payload = command;
        return command;
    }

    /// <summary>Puts the command into a session.</summary>
    public void MakeSessionCommand(SessionId session, long sequence, long acknowledged, int padding) =>
        Payload = new SessionCommand(session, sequence, acknowledged, MakeCommand(padding));

    public void MakeOpenSession(TimeSpan timeout, SessionId? id) => Payload = new OpenSession(timeout, id);

    public override string ToString() => $"client {Client} attempt {Number} ({(object?)Input ?? (object?)Payload ?? Administration})";
}

/// <summary>What a server tells a client: a result, or a failure.</summary>
/// <param name="Output">The result.</param>
/// <param name="Failure">Why there is none.</param>
/// <param name="Index">The entry that gave the result, or that the read's answer knows of.</param>
internal sealed record Answer(RegisterOutput Output, RequestFailure? Failure, long Index);
