using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Specs.Linearizability;

/// <summary>
/// Draws a history from a seed that is linearizable by construction: each operation takes effect at one moment between its call and its
/// answer, on one register. Some answers are lost.
/// </summary>
internal sealed class RandomHistory(int seed, int clients, int operations, int keys, double lostAnswers)
{
    private readonly Random _random = new(seed);

    public IReadOnlyList<Operation<RegisterInput, RegisterOutput>> Draw()
    {
        var history = new History<RegisterInput, RegisterOutput>();
        var model = new RegisterModel();
        var registers = Enumerable.Range(0, keys).ToDictionary(key => $"k{key}", _ => model.InitialState);
        var steps = new PriorityQueue<Action<TimeSpan>, TimeSpan>();
        var left = operations;
        for (var client = 0; client < clients; client++)
        {
            StartNext($"client{client}", TimeSpan.FromMilliseconds(_random.Next(10)));
        }

        while (steps.TryDequeue(out var step, out var now))
        {
            step(now);
        }

        return history.Operations;

        void StartNext(string client, TimeSpan at) => steps.Enqueue(
            now =>
            {
                if (left-- <= 0)
                {
                    return;
                }

                var operation = history.Call(client, DrawInput(registers, left), now);
                var effect = now + TimeSpan.FromMilliseconds(1 + _random.Next(20));
                var answered = effect + TimeSpan.FromMilliseconds(1 + _random.Next(20));
                RegisterOutput output = default;
                steps.Enqueue(
                    _ => (registers[operation.Input.Key], output) = model.Apply(registers[operation.Input.Key], operation.Input), effect);
                if (_random.NextDouble() >= lostAnswers)
                {
                    steps.Enqueue(then => history.Return(operation, output, then), answered);
                }

                StartNext(client, answered + TimeSpan.FromMilliseconds(1 + _random.Next(5)));
            },
            at);
    }

    private RegisterInput DrawInput(Dictionary<string, RegisterState> registers, int number)
    {
        var key = $"k{_random.Next(keys)}";
        return _random.Next(10) switch
        {
            < 5 => new ReadRegister(key),
            < 8 => new WriteRegister(key, $"v{number}"),
            _ => new CompareAndSetRegister(key, registers[key].Value, $"v{number}"),
        };
    }
}
