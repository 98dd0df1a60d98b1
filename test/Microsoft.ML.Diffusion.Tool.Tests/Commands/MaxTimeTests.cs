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
    [InlineData("impute", "ridge")]
    [InlineData("synthesize", "missdiff")]
    [InlineData("synthesize", "smote")]
    public void A_method_that_takes_no_limit_refuses_one_before_the_table_is_read(string command, string method)
    {
        string[] rows = command == "impute" ? [] : ["--rows", "20"];
        int code = Run([command, Path.Combine(_folder, "absent.csv"), "-o", "x.csv", "--method", method, "--max-time", "2", .. rows], out string error);
        Assert.Equal(2, code);
        Assert.Contains($"{method} takes no limit", error, StringComparison.Ordinal);
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
