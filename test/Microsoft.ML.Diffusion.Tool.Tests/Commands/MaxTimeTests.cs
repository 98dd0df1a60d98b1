using System.Diagnostics;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

public sealed class MaxTimeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("impute", "conditional")]
    [InlineData("synthesize", "masked")]
    public void A_training_that_would_take_hours_ends_in_time(string command, string method)
    {
        string input = Write(), output = Path.Combine(_folder, "out.csv"), config = Path.Combine(_folder, "endless.json");
        File.WriteAllText(config, method == "masked" ? """{"steps":100000000,"validationShare":0}""" : """{"epochs":100000000}""");
        string[] rows = command == "impute" ? [] : ["--rows", "20"];
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, Run([command, input, "-o", output, "--method", method, "--config", config, "--max-time", "2", .. rows], out _));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 60);
        Assert.True(File.Exists(output));
    }

    [Theory]
    [InlineData("impute", "missforest", """{"trees":100000,"sweeps":1000}""")]
    [InlineData("synthesize", "missdiff", """{"steps":100000000}""")]
    [InlineData("synthesize", "smote", "{}")]
    public void Every_method_takes_a_limit(string command, string method, string options)
    {
        string output = Path.Combine(_folder, "out.csv"), config = Path.Combine(_folder, "options.json");
        File.WriteAllText(config, options);
        string[] rows = command == "impute" ? [] : ["--rows", "20"];
        int code = Run([command, Write(), "-o", output, "--method", method, "--config", config, "--max-time", "1", .. rows], out string error);
        Assert.True(code == 0, error);
        Assert.True(File.Exists(output));
    }

    private static int Run(string[] arguments, out string error)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = Tool.Commands.DiffusionTool.Run(arguments, output, errors, CancellationToken.None);
        error = errors.ToString();
        return code;
    }

    private string Write()
    {
        string path = Path.Combine(_folder, "in.csv");
        File.WriteAllLines(path, Enumerable.Range(0, 200).Select(i => $"{(i % 6 == 0 ? "" : (i * 7 % 90) + 0.5)},{i * 3 % 50 + 0.25}").Prepend("a,b"));
        return path;
    }
}
