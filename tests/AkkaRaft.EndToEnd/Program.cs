using AkkaRaft.EndToEnd.Chaos;
using AkkaRaft.EndToEnd.Measures;

return args is ["measure", .. var rest] ? await MeasureCommand.RunAsync(rest) : await ChaosCommand.RunAsync(args);
