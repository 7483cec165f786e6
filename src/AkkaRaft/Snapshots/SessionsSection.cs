using AkkaRaft.Client;
using AkkaRaft.Core.Sessions;
using AkkaRaft.Serialization;
using Google.Protobuf;

namespace AkkaRaft.Snapshots;

/// <summary>The clients' sessions in a snapshot: each session, and behind it its answers, one at a time, as they may be many.</summary>
internal static class SessionsSection
{
    public static void Write(SessionsCapture<Answer> capture, Stream target)
    {
        using var output = new CodedOutputStream(target, leaveOpen: true);
        foreach (var session in capture.Sessions)
        {
            output.WriteMessage(HeadOf(session));
            foreach (var (sequence, answer) in session.Answers.OrderBy(pair => pair.Key))
            {
                output.WriteMessage(
                    new Serialization.Proto.SnapshotAnswer { Sequence = sequence, Answer = AnswerSchema.WriteAnswer(answer) });
            }
        }
    }

    public static SessionsCapture<Answer> Read(Stream source, TimeSpan clock)
    {
        var sessions = new List<SessionCapture<Answer>>();
        while (TryReadMessage(source, out var bytes))
        {
            var session = Serialization.Proto.SnapshotSession.Parser.ParseFrom(bytes);
            var answers = new Dictionary<long, Answer>();
            for (var left = Checked.Number(session.Answers); left > 0; left--)
            {
                if (!TryReadMessage(source, out bytes))
                {
                    throw new InvalidDataException($"Answers of session {session.Id} are missing in the snapshot.");
                }

                var kept = Serialization.Proto.SnapshotAnswer.Parser.ParseFrom(bytes);
                answers.Add(Checked.Number(kept.Sequence), AnswerSchema.ReadAnswer(Checked.Present(kept.Answer)));
            }

            sessions.Add(new SessionCapture<Answer>(
                Checked.Session(session.Id),
                Checked.Time(session.Timeout),
                session.HasIdleSince ? Checked.Time(session.IdleSince) : null,
                Checked.Number(session.Acknowledged),
                answers));
        }

        return new SessionsCapture<Answer>(clock, sessions);
    }

    private static Serialization.Proto.SnapshotSession HeadOf(SessionCapture<Answer> session)
    {
        var head = new Serialization.Proto.SnapshotSession
        {
            Id = session.Id.Value,
            Timeout = session.Timeout.Ticks,
            Acknowledged = session.Acknowledged,
            Answers = session.Answers.Count,
        };
        if (session.IdleSince is { } idleSince)
        {
            head.IdleSince = idleSince.Ticks;
        }

        return head;
    }

    private static bool TryReadMessage(Stream source, out byte[] bytes)
    {
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            var value = source.ReadByte();
            if (value < 0 && shift == 0)
            {
                bytes = [];
                return false;
            }

            if (value < 0 || shift > 28)
            {
                throw new InvalidDataException("The sessions of the snapshot are cut short.");
            }

            length |= (value & 0x7f) << shift;
            if (value < 0x80)
            {
                break;
            }
        }

        bytes = new byte[Checked.Number(length)];
        source.ReadExactly(bytes);
        return true;
    }
}
