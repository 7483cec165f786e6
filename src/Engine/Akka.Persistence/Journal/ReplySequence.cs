namespace Akka.Persistence.Journal;

/// <summary>Lets replies go out in the order in which the writes came in, whatever order the writes end in.</summary>
internal sealed class ReplySequence
{
    private readonly Queue<Place> _places = new();

    public Place Reserve()
    {
        var place = new Place(this);
        lock (_places)
            _places.Enqueue(place);
        return place;
    }

    internal sealed class Place(ReplySequence sequence)
    {
        private Action? _reply;

        public void Fill(Action reply)
        {
            lock (sequence._places)
            {
                _reply = reply;
                while (sequence._places.TryPeek(out var first) && first._reply is not null)
                    sequence._places.Dequeue()._reply!();
            }
        }
    }
}
