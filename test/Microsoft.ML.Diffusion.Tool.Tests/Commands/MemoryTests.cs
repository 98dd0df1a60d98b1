using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>Memory does not depend on the number of rows. Alone, since how often memory is collected depends on what else runs.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests : IDisposable
{
    private const int Fewer = 60_000, More = 300_000;

    // What follows the rows takes 700 bytes of each, 170 MB here; when memory is collected varies with what else the machine does.
    private const long Tolerance = 48 << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [UnixTheory]
    [InlineData("impute")]
    [InlineData("describe")]
    [InlineData("ampute")]
    [InlineData("synthesize")]
    [Trait("Category", "Slow")]
    public void The_peak_is_the_same_for_few_rows_and_for_many(string command)
    {
        string config = _folder.Write("quick.json", command == "synthesize"
            ? """{ "steps": 50 }"""
            : """{ "epochs": 2, "networks": 1, "width": 16, "blocks": 1, "members": "Denoisers" }""");
        string model = _folder.PathOf("m.zip");
        if (command is "impute" or "synthesize")
        {
            CommandRun run = CommandRun.Of("train", Write(400), "--model", model, "--for", command, "--config", config, "--quiet");
            Assert.Equal(ExitCode.Done, run.ExitCode);
        }

        long few = Peak(command, Fewer, model), many = Peak(command, More, model);
        Assert.True(many - few < Tolerance, string.Create(CultureInfo.InvariantCulture, $"{few >> 20} MB of {Fewer} rows, {many >> 20} MB of {More}."));
    }

    private long Peak(string command, int rows, string model)
    {
        string[] args = command switch
        {
            "impute" => ["impute", Write(rows), "--model", model, "-o", _folder.PathOf("out.csv")],
            "describe" => ["describe", Write(rows)],
            "ampute" => ["ampute", Write(rows), "--mechanism", "mcar", "--rate", "0.2", "-o", _folder.PathOf("out.csv")],
            _ => ["synthesize", Write(400), "--model", model, "--rows", $"{rows}", "-o", _folder.PathOf("out.csv")],
        };
        using ToolProcess tool = ToolProcess.Start(args);
        long peak = tool.PeakMemory();
        Assert.Equal(ExitCode.Done, tool.Finish().ExitCode);
        return peak;
    }

    private string Write(int rows)
    {
        string path = _folder.PathOf($"{rows}.csv");
        if (File.Exists(path))
            return path;
        var random = new Random(1);
        using StreamWriter file = File.CreateText(path);
        file.WriteLine("a,b,c,d,e,f");
        for (int row = 0; row < rows; row++)
        {
            string[] cells =
            [
                $"{random.Next(100_000)}", $"{random.NextDouble():F3}", $"k{random.Next(9)}", $"{random.Next(50)}", $"w{random.Next(3)}",
                $"{random.NextDouble():F5}",
            ];
            cells[random.Next(6)] = "";
            file.WriteLine(string.Join(',', cells));
        }

        return path;
    }
}
