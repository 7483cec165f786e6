using AkkaRaft.Node.Commands;

return await CommandLine.RunAsync(args);
