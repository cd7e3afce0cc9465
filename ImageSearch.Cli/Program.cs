using ImageSearch.Cli;

return await CommandLine.RunAsync(args);
