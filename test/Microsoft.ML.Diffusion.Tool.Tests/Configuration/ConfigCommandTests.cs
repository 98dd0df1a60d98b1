using System.Text;
using Microsoft.ML.Diffusion.Tool.Commands;
using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Configuration;

/// <summary>A configuration that cannot be used is refused in one line that names it, before any table is read.</summary>
public sealed class ConfigCommandTests : IDisposable
{
    private static readonly byte[][] s_parts =
    [
        .. new[]
        {
            "null", "[null]", "[]", "{}", "true", "-1", "0", "1e999", "1.5", "\"\"", "\"x\"", "\"\\ud800\"", "\"\\ud800\": 1,", "[\"a\", null]",
            "\"epochs\": 0,",
            "\"layers\": null,", "\"predictorColumns\": null,", "\"labelColumn\": 4,", "\"members\": \"None\",",
            "\"maxTrainingTime\": \"-1\",", "\"method\": \"tabddpm\",",
            "\"width\": 100000,", "\"seed\": 99999999999,", "\"unknown\": [\n1,\n2],", "\"\\u001b[31m\": 1,",
            ",", ":", "\"", "{", "}", "[", "]", "\n", "//", "\\",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0],
    ];

    private const string Sound =
        """{ "preset": "paper", "epochs": 3, "predictorColumns": ["a"], "samplingSteps": 5, "learningRate": 1e-3, }""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("impute", """{ "epochs": 0 }""", "The option Epochs is 0; it must be at least 1.")]
    [InlineData("impute", """{ "predictorColumns": null }""", "predictorColumns is null where a list of texts was expected.")]
    [InlineData("impute", """{ "predictorColumns": ["a", null] }""",
        "predictorColumns is [\"a\", null] where a list of texts was expected.")]
    [InlineData("impute", """{ "predictorColumns": ["\ud800"] }""",
        "predictorColumns is [\"\\ud800\"] where a list of texts was expected.")]
    [InlineData("impute", """{ "maxTrainingRows": 0 }""", "MaxTrainingRows is 0; it must be 1 or more, or null to keep all rows.")]
    [InlineData("impute", """{ "uncertaintyColumns": true }""",
        "uncertaintyColumns adds columns to a view of ML.NET, and no file has them; false was expected.")]
    [InlineData("impute", """{ "inferRoles": false }""",
        "inferRoles is for views of ML.NET and does nothing to a file; it must be left out.")]
    [InlineData("augment", """{ "syntheticOnly": true }""",
        "syntheticOnly is for views of ML.NET and does nothing to a file; it must be left out.")]
    [InlineData("train", """{ "gpuDeviceId": 99, "fallbackToCpu": false }""",
        "There is no GPU 99 to compute on, and FallbackToCpu is false: the app does not carry the package " +
        "Microsoft.ML.Diffusion.TorchSharp.")]
    [InlineData("impute", """{ "epochs": 3, "Epochs": 4 }""", "Epochs is given twice; once was expected.")]
    [InlineData("impute", """{ "epocs": 3 }""", "there is no option 'epocs' of conditional; did you mean Epochs?")]
    [InlineData("impute", """{ "method": "missforest", "epochs": 3 }""",
        "there is no option 'epochs' of missforest; it has MaxTrainingTime, MostRows, Sweeps, Threads, Trees, Tried.")]
    [InlineData("impute", """{ "method": "missforest", "tree": 3 }""",
        "there is no option 'tree' of missforest; did you mean Trees or Tried?")]
    [InlineData("impute", """{ "method": "mean", "mostRows": 3 }""", "there is no option 'mostRows' of mean; it has MaxTrainingTime.")]
    [InlineData("impute", """{ "method": "MissDiff", "schedule": "Cosine" }""",
        "The option Schedule is Cosine; it must be Quadratic, Linear or VarianceExploding: a cosine ends without any signal, and " +
        "MissDiff predicts noise, from which the data follow only while a signal is left.")]
    [InlineData("impute", """{ "method": "gain" }""",
        "there is no method \"gain\"; conditional, missdiff, csdit, missforest, extra-trees, gaussian, " +
        "ridge, nearest-neighbors, mean was expected.")]
    [InlineData("impute", """{ "preset": "best" }""",
        "there is no preset \"best\"; there are default of every method, paper of missdiff, csdit and paper of csdit.")]
    [InlineData("train", """{ "method": "ridge", "preset": "paper" }""",
        "the method ridge has no preset \"paper\"; there are default of every method, paper of missdiff, csdit and paper of csdit.")]
    [InlineData("impute", """{ "preset": "\ud800" }""", "preset is \"\\ud800\" where a text was expected.")]
    [InlineData("synthesize", """{ "steps": 0 }""", "The option Steps is 0; it must be at least 1.")]
    [InlineData("synthesize", """{ "method": 3 }""", "method is 3 where a text was expected.")]
    [InlineData("augment", """{ "width": 9000 }""", "The option Width is 9000; it must be between 1 and 8,192.")]
    [InlineData("train", """{ "learningRate": 1e999 }""", "learningRate is 1e999 where a number (or null) was expected.")]
    public void A_mistake_is_refused_before_the_table_is_read(string command, string json, string sentence)
    {
        string config = _folder.Write("c.json", json);
        CommandRun run = Run(command, config);
        Assert.Equal((ExitCode.BadInput, $"mldiffusion: {config}: {sentence}\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public void Bytes_and_escapes_that_are_no_text_are_refused_with_their_place()
    {
        string config = _folder.PathOf("c.json");
        File.WriteAllBytes(config, [.. "{\n \"epochs\": \""u8, 0xE9, .. "\" }"u8]);
        string place = $"mldiffusion: {config}, line 2, byte 13: ";
        Assert.Equal($"{place}0xE9 is not UTF-8; a JSON object in UTF-8 was expected.\n", Run("impute", config).Error);
        File.WriteAllText(config, """{ "\ud800": 1 }""");
        const string Half = "the name of an option holds half a character (an escape such as \\uD800 alone); a name was expected.";
        Assert.Equal($"mldiffusion: {config}: {Half}\n", Run("impute", config).Error);
    }

    [Fact]
    public void Thousands_of_mutated_configurations_are_taken_or_refused_in_one_line_that_names_them()
    {
        var random = new Random(5);
        string config = _folder.PathOf("c.json");
        string absent = _folder.PathOf("absent.csv");
        int taken = 0;
        for (int round = 0; round < 2000; round++)
        {
            List<byte> bytes = [.. Encoding.UTF8.GetBytes(Sound)];
            for (int change = random.Next(3); change > 0; change--)
            {
                int at = random.Next(bytes.Count);
                if (random.Next(4) == 0)
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                else
                    bytes.InsertRange(random.Next(3) == 0 ? at : 1, random.GetItems(s_parts, 1)[0]);
            }

            File.WriteAllBytes(config, [.. bytes]);
            CommandRun run = Run(random.GetItems(["impute", "synthesize", "augment", "train"], 1)[0], config);
            Assert.Equal(ExitCode.BadInput, run.ExitCode);
            if (run.Error == $"mldiffusion: {absent}: there is no such file.\n")
                taken++;
            else
                Assert.Matches($"^mldiffusion: {config}[:,] [^\\p{{Cc}}]+\n$", run.Error);
        }

        Assert.InRange(taken, 100, 1900);
    }

    private CommandRun Run(string command, string config)
    {
        string[] more = command switch
        {
            "train" => ["--model", _folder.PathOf("m.zip")],
            "impute" => ["-o", _folder.PathOf("out.csv")],
            "synthesize" => ["-o", _folder.PathOf("out.csv"), "--rows", "1"],
            _ => ["-o", _folder.PathOf("out.csv"), "--rows", "1", "--label", "a"],
        };
        using var error = new StringWriter();
        string[] args = [command, _folder.PathOf("absent.csv"), "--config", config, .. more];
        int code = DiffusionTool.Run(args, TextWriter.Null, error, CancellationToken.None);
        return new CommandRun(code, string.Empty, error.ToString());
    }
}
