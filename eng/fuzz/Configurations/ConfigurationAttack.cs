using System.Text;
using System.Text.Json;
using Microsoft.ML.Diffusion.Fuzzing.Tables;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Tool;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Imputation;

namespace Microsoft.ML.Diffusion.Fuzzing.Configurations;

/// <summary>Gives changed configurations of every method to every command that takes one: each is refused in one line that names it before
/// a table is read, or taken; and what is taken trains in the time that it sets.</summary>
internal sealed class ConfigurationAttack
{
    private const string Label = "c";

    // Numbers of a taken configuration up to this make a network that is trained in no time.
    private const double LargestTrained = 64;

    private const string Rows =
        "a,b,c,d\n1,2.5,x,p\n2,,y,q\n3,1.5,x,\n,4,y,p\n5,2,x,q\n6,3.5,,p\n7,1,y,q\n8,2.25,x,p\n9,0.5,y,q\n10,3,x,p\n";

    private static readonly JsonDocumentOptions s_reading =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly string _config;
    private readonly string _table;
    private readonly string _absent;
    private readonly string _output;
    private readonly string _model;

    /// <param name="folder">Where files are written.</param>
    public ConfigurationAttack(string folder)
    {
        (_config, _table, _absent) = (Path.Combine(folder, "c.json"), Path.Combine(folder, "t.csv"), Path.Combine(folder, "absent.csv"));
        (_output, _model) = (Path.Combine(folder, "out.csv"), Path.Combine(folder, "m.zip"));
        File.WriteAllText(_table, Rows);
    }

    /// <summary>How many configurations were taken.</summary>
    public int Taken { get; private set; }

    /// <summary>How many of them trained.</summary>
    public int Trained { get; private set; }

    /// <summary>How many were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>What a run may take; more where others share the machine.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The time of the slowest run.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>Makes a configuration and gives it to a command.</summary>
    /// <param name="random">Decides on everything.</param>
    /// <returns>What went wrong; null for nothing.</returns>
    public string? Try(Random random)
    {
        string command = random.GetItems(["impute", "impute", "train", "train --for synthesize", "synthesize", "augment"], 1)[0];
        bool imputes = command is "impute" or "train";
        ImputationMethod imputation = random.GetItems([.. ImputationMethods.All], 1)[0];
        GenerationMethod[] makers = [.. GenerationMethods.All.Where(method =>
            !command.StartsWith("train", StringComparison.Ordinal) || method.Can(GenerationAbilities.Saving))];
        GenerationMethod generation = random.GetItems(makers, 1)[0];
        string method = imputes ? imputation.Name : generation.Name;
        Type estimator = imputes ? typeof(DiffusionImputeEstimator.Options)
            : command == "augment" ? typeof(DiffusionAugmentEstimator.Options) : typeof(DiffusionSynthesizeEstimator.Options);
        object own = imputes ? imputation.NewOptions() : generation.NewOptions();
        bool isInFile = random.Next(2) == 0;
        byte[] bytes = ConfigurationMutator.Make(random, isInFile ? method : null, estimator, own.GetType());
        File.WriteAllBytes(_config, bytes);
        string[] more = isInFile ? [] : ["--method", method];
        string? fault = Check([.. Arguments(command, _absent), .. more], out bool isTaken);
        // Training takes longest by far.
        if (fault is null && isTaken && random.Next(3) == 0 && IsQuick(bytes))
            fault = Train([.. Arguments(command, _table), .. more]);
        string shown = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 500)]);
        return fault is null ? null : $"{command} {string.Join(' ', more)}: {fault}\n{shown}";
    }

    private string[] Arguments(string command, string table) =>
    [
        .. command.Split(' ')[..1], table, .. command.Split(' ')[1..], "--config", _config, "--quiet",
        .. command.StartsWith("train", StringComparison.Ordinal) ? ["--model", _model] : (string[])["-o", _output],
        .. command switch
        {
            "synthesize" => ["--rows", "3", "--label", Label],
            "augment" => ["--rows", "3", "--label", Label],
            "train --for synthesize" => ["--label", Label],
            _ => (string[])[],
        },
    ];

    // With a table that is not there, what is taken is told from what is refused before the table is read.
    private string? Check(string[] arguments, out bool isTaken)
    {
        ToolRun run = Run(arguments);
        isTaken = run.Error == $"mldiffusion: {_absent}: there is no such file.\n";
        (Taken, Refused) = isTaken ? (Taken + 1, Refused) : (Taken, Refused + 1);
        if (run.Elapsed > Longest)
            return $"took {run.Elapsed.TotalSeconds:F1} s to read";
        if (isTaken)
            return null;
        return run.Error.Split('\n').Length > 2 ? $"more than one line: {run.Error}" : run.RefusalFault(_config);
    }

    private string? Train(string[] arguments)
    {
        File.Delete(_output);
        File.Delete(_model);
        ToolRun run = Run(arguments);
        Trained++;
        if (run.Elapsed > Longest)
            return $"took {run.Elapsed.TotalSeconds:F1} s to train";
        if (run.ExitCode != ExitCode.Done)
            return run.RefusalFault(_config, _table);
        if (!File.Exists(_output))
            return ModelFault();
        byte[] written = File.ReadAllBytes(_output);
        return arguments[0] == "impute"
            ? TableComparison.Fault(Encoding.UTF8.GetBytes(Rows), written, CsvOptions.Default, (before, _, row, column) =>
                before.Content(row, column).IsEmpty)
            : RowsFault(written, arguments[0] == "augment" ? 13 : 3);
    }

    private string? ModelFault()
    {
        try
        {
            if (ImputationModelFile.Read(_model) is null)
                return "no model";
        }
        catch (InputException e) when (e.Message.Contains("DiffusionImpute alone", StringComparison.Ordinal))
        {
            ImputationModelFile.ReadSynthesis(_model, _ => { });
        }
        catch (InputException e)
        {
            return $"the model cannot be loaded: {e.Message}";
        }

        return null;
    }

    private static string? RowsFault(byte[] written, int rows)
    {
        var document = CsvDocument.Parse(written, "out.csv");
        return document.RowCount == rows ? null : $"{document.RowCount} rows were written, and {rows} were expected";
    }

    private ToolRun Run(string[] arguments)
    {
        var run = ToolRun.Of(arguments);
        Slowest = run.Elapsed > Slowest ? run.Elapsed : Slowest;
        return run;
    }

    // What was refused, has no limit of time, or asks for a large network is not trained.
    private static bool IsQuick(byte[] bytes)
    {
        try
        {
            ReadOnlyMemory<byte> text = bytes.AsMemory(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0);
            using var document = JsonDocument.Parse(text, s_reading);
            return document.RootElement.EnumerateObject().Any(entry => entry.Value.ValueEquals("00:00:00.02")
                    && string.Equals(entry.Name, "maxTrainingTime", StringComparison.OrdinalIgnoreCase))
                && document.RootElement.EnumerateObject().All(entry => IsSmall(entry.Value));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsSmall(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetDouble(out double number) && Math.Abs(number) <= LargestTrained,
        JsonValueKind.Array => value.EnumerateArray().All(IsSmall),
        JsonValueKind.Object => false,
        _ => true,
    };
}
