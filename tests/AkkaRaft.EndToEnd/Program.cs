using AkkaRaft.EndToEnd.Chaos;

return await ChaosCommand.RunAsync(args);
