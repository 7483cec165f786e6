using AkkaRaft.EndToEnd.Harness;

namespace AkkaRaft.EndToEnd.PowerLoss;

/// <summary>
/// A node's files, recorded, and played again up to a moment with what was not synced lost, torn or kept: kill -9 cannot lose that.
/// </summary>
public sealed class PowerLossTests(PowerLossTests.Recorded recorded) : IClassFixture<PowerLossTests.Recorded>
{
    private const int Seed = 20261128;

    [Fact]
    public async Task No_acknowledged_write_is_lost_with_the_power_and_the_node_leads_again()
    {
        const int states = 20;
        var trial = new PowerLossTrial(recorded.Recording, Seed);
        for (var state = 0; state < states; state++)
        {
            if (await trial.TryAsync(state) is { } failure)
            {
                Assert.Fail($"State {state} of seed {Seed}: {failure}. The recording is {recorded.Keep()}.");
            }
        }
    }

    [Theory]
    [InlineData(nameof(SyncFault.NoSyncs))]
    [InlineData(nameof(SyncFault.LastSyncIsLate))]
    public async Task A_node_that_acknowledged_ahead_of_its_sync_would_be_found(string fault)
    {
        const int states = 10;
        var trial = new PowerLossTrial(recorded.Recording, Seed, Enum.Parse<SyncFault>(fault));
        for (var state = 0; state < states; state++)
        {
            if (await trial.TryAsync(state) is not null)
            {
                return;
            }
        }

        Assert.Fail($"With {fault}, none of {states} states has lost anything. The recording is {recorded.Keep()}.");
    }

    public sealed class Recorded : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("akkaraft-powerloss-").FullName;
        private bool _isKept;

        internal PowerLossRecording Recording { get; private set; } = null!;

        public async Task InitializeAsync() => Recording = await PowerLossRecording.MakeAsync(_folder, acknowledgements: 200);

        public Task DisposeAsync()
        {
            if (!_isKept)
            {
                Directory.Delete(_folder, recursive: true);
            }

            return Task.CompletedTask;
        }

        internal string Keep()
        {
            _isKept = true;
            return _folder;
        }
    }
}
