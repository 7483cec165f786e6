namespace AkkaRaft.TestKit.Linearizability;

/// <summary>
/// Looks for an order of one key's operations that explains every answer. A step of the search takes one answered operation, behind any
/// number of unanswered ones that are needed to explain it.
/// </summary>
/// <remarks>
/// Three things keep it short. What was tried is remembered (Lowe), and so is with which unanswered operations: a configuration reached
/// again with more of them is no better. An operation that agrees and can change nothing is taken at once, as it can stand first in any
/// order that exists. And an unanswered operation is spent only after the other orders of the operations around were tried.
/// </remarks>
internal sealed class LinearizationSearch<TState, TInput, TOutput>
    where TState : notnull
{
    /// <summary>How many operations back other orders are tried before one more unanswered operation is spent.</summary>
    private const int PriceOfUnanswered = 24;

    private readonly IModel<TState, TInput, TOutput> _model;
    private readonly Operation<TInput, TOutput>[] _answered;
    private readonly Operation<TInput, TOutput>[] _unanswered;
    private readonly Dictionary<Configuration<TState>, List<OperationSet>> _visited = [];
    private readonly PriorityQueue<Node, (int Cost, int Order)> _open = new();
    private readonly long _maxSteps;
    private long _steps;
    private int _order;
    private Node _longest;

    public LinearizationSearch(IModel<TState, TInput, TOutput> model, Operation<TInput, TOutput>[] operations, long maxSteps)
    {
        _model = model;
        _maxSteps = maxSteps;
        _answered = [.. operations.Where(operation => !operation.IsPending).OrderBy(operation => operation.CalledAt)];
        _unanswered = [.. operations.Where(operation => operation.IsPending).OrderBy(operation => operation.CalledAt)];
        _longest = new Node(new(TakenOperations.None, model.InitialState), OperationSet.Empty, 0, null, -1, null);
    }

    public Verdict Run()
    {
        Open(_longest);
        while (_open.TryDequeue(out var node, out _))
        {
            if (node.Depth > _longest.Depth)
            {
                _longest = node;
            }

            if (node.Depth == _answered.Length)
            {
                return Verdict.Linearizable;
            }

            if (_steps > _maxSteps)
            {
                return Verdict.Undecided;
            }

            Expand(node);
        }

        return Verdict.NotLinearizable;
    }

    public LinearizabilityResult<TInput, TOutput> Result(Verdict verdict, string key)
    {
        var unexplained = Candidates(_longest.At.Taken, out _)
            .Select(candidate => _answered[candidate])
            .Select(operation => new UnexplainedOperation<TInput, TOutput>(
                operation, _model.Apply(_longest.At.State, operation.Input).Output));
        var operations = _answered.Concat(_unanswered).OrderBy(operation => operation.Number);
        return new(verdict, key, [.. operations], Order(_longest), [.. unexplained]);
    }

    private void Expand(Node node)
    {
        var candidates = Candidates(node.At.Taken, out var firstReturn);
        if (!node.DetoursAreDue)
        {
            var tookFreely = TakeFrom(node, candidates, node.At.State, node.Used, null);
            if (!tookFreely && _unanswered.Length > node.Used.Count && _unanswered[0].CalledAt <= firstReturn)
            {
                node.DetoursAreDue = true;
                Open(node);
            }

            return;
        }

        foreach (var (state, used, detour) in Detours(node, firstReturn))
        {
            TakeFrom(node, candidates, state, used, detour);
        }
    }

    /// <summary>Takes each candidate whose answer agrees; only one, and says so, if it changes nothing.</summary>
    private bool TakeFrom(Node node, List<int> candidates, TState state, OperationSet used, Detour? detour)
    {
        var agreeing = new List<(int Operation, TState Next)>(candidates.Count);
        foreach (var candidate in candidates)
        {
            var (next, output) = Apply(state, _answered[candidate]);
            if (!_model.Agrees(output, _answered[candidate].Output!))
            {
                continue;
            }

            if (_model.ChangesNothing(_answered[candidate].Input, _answered[candidate].Output!))
            {
                Visit(node, candidate, next, used, detour);
                return true;
            }

            agreeing.Add((candidate, next));
        }

        // What is opened last is looked at first, and that should be the operation that was called first.
        for (var i = agreeing.Count - 1; i >= 0; i--)
        {
            Visit(node, agreeing[i].Operation, agreeing[i].Next, used, detour);
        }

        return false;
    }

    private void Visit(Node from, int operation, TState state, OperationSet used, Detour? detour)
    {
        var at = new Configuration<TState>(from.At.Taken.With(operation), state);
        if (OperationSet.AddUnlessDominated(_visited, at, used))
        {
            Open(new Node(at, used, from.Depth + 1, from, operation, detour));
        }
    }

    private void Open(Node node)
    {
        var spent = node.Used.Count + (node.DetoursAreDue ? 1 : 0);
        _open.Enqueue(node, ((spent * PriceOfUnanswered) - node.Depth, --_order));
    }

    /// <summary>
    /// The states that unanswered operations can lead to. Breadth first, so that a state is reached with as few of them as possible
    /// before it is reached with more.
    /// </summary>
    private List<(TState State, OperationSet Used, Detour? Detour)> Detours(Node node, TimeSpan firstReturn)
    {
        var reached = new Dictionary<TState, List<OperationSet>> { [node.At.State] = [node.Used] };
        var detours = new List<(TState State, OperationSet Used, Detour? Detour)> { (node.At.State, node.Used, null) };
        for (var from = 0; from < detours.Count && _steps <= _maxSteps; from++)
        {
            var (state, used, detour) = detours[from];
            for (var i = 0; i < _unanswered.Length && _unanswered[i].CalledAt <= firstReturn; i++)
            {
                if (used.Contains(i))
                {
                    continue;
                }

                var (next, _) = Apply(state, _unanswered[i]);
                if (OperationSet.AddUnlessDominated(reached, next, used.With(i)))
                {
                    detours.Add((next, used.With(i), new Detour(i, detour)));
                }
            }
        }

        detours.RemoveAt(0);
        return detours;
    }

    /// <summary>
    /// The operations of which one must take effect next: those that were called before the first return among what is left.
    /// </summary>
    /// <remarks>Operations that touch in time are taken as concurrent, which can only excuse, never accuse.</remarks>
    private List<int> Candidates(TakenOperations taken, out TimeSpan firstReturn)
    {
        var candidates = new List<int>();
        firstReturn = TimeSpan.MaxValue;
        for (var i = taken.First; i < _answered.Length && _answered[i].CalledAt <= firstReturn; i++)
        {
            if (!taken.Contains(i))
            {
                candidates.Add(i);
                firstReturn = TimeSpan.FromTicks(Math.Min(firstReturn.Ticks, _answered[i].ReturnedAt!.Value.Ticks));
            }
        }

        return candidates;
    }

    private (TState State, TOutput Output) Apply(TState state, Operation<TInput, TOutput> operation)
    {
        _steps++;
        return _model.Apply(state, operation.Input);
    }

    private List<Operation<TInput, TOutput>> Order(Node last)
    {
        var backwards = new List<Operation<TInput, TOutput>>();
        for (var node = last; node.Parent is not null; node = node.Parent)
        {
            backwards.Add(_answered[node.Operation]);
            for (var detour = node.Detour; detour is not null; detour = detour.Before)
            {
                backwards.Add(_unanswered[detour.Operation]);
            }
        }

        backwards.Reverse();
        return backwards;
    }

    /// <summary>An unanswered operation that took effect, and those before it.</summary>
    private sealed record Detour(int Operation, Detour? Before);

    /// <summary>A configuration and the way to it: from where, by which operation, behind which unanswered ones.</summary>
    private sealed class Node(Configuration<TState> at, OperationSet used, int depth, Node? parent, int operation, Detour? detour)
    {
        public readonly Configuration<TState> At = at;
        public readonly OperationSet Used = used;
        public readonly int Depth = depth;
        public readonly Node? Parent = parent;
        public readonly int Operation = operation;
        public readonly Detour? Detour = detour;

        /// <summary>The ways on without a further unanswered operation are open already; those with one are next.</summary>
        public bool DetoursAreDue;
    }
}
