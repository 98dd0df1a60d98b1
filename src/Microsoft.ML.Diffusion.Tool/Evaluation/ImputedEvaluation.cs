using System.CommandLine;
using Microsoft.ML.Diffusion.Evaluation;
using Microsoft.ML.Diffusion.Evaluation.Imputation;
using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Evaluation;

/// <summary><c>mldiffusion evaluate --imputed</c>: judges filled cells by their true values.</summary>
internal sealed class ImputedEvaluation
{
    public Option<string[]> Imputed { get; } = new("--imputed")
    {
        HelpName = "FILLED.csv",
        AllowMultipleArgumentsPerToken = true,
        Description = "Instead of synthetic rows: a file whose holes were filled in, or several draws of it.",
    };

    public Option<string?> Truth { get; } = new("--truth")
    {
        HelpName = "FULL.csv", Description = "With --imputed: the same rows before cells were hidden.",
    };

    public Option<string?> Holes { get; } = new("--holes")
    {
        HelpName = "HOLES.csv", Description = "With --imputed: the same rows with the holes.",
    };

    /// <summary>The input files that the command line names, and what each is.</summary>
    public (string Role, string Path)[] InputsOf(ParseResult parsed) =>
    [
        ("truth", parsed.GetValue(Truth) ?? throw Lacks(Truth)),
        ("holes", parsed.GetValue(Holes) ?? throw Lacks(Holes)),
        .. (parsed.GetValue(Imputed) ?? []).Select(path => ("filled", path)),
    ];

    public static ImputedCellsResult Measure(
        string[] inputs, SchemaOptions schema, Func<string, CsvBlocks> open, Display display, CancellationToken cancel)
    {
        // A column of many texts may have been filled in too.
        using var tables = EvaluatedTables.Read(inputs, schema with { LeaveOutIdentifiers = false }, open, display.Warn);
        BlockTable truth = tables.First;
        foreach (BlockTable table in tables.All)
        {
            EvaluatedTables.RefuseNoRows(table);
            if (table.RowCount != truth.RowCount)
                throw new InputException($"{table.Path} has {table.RowCount} rows; the {truth.RowCount} of "
                    + $"{truth.Path} were expected, in the same order.");
        }

        try
        {
            IDataView[] views = tables.ToViews();
            return new MLContext().EvaluateImputed(views[0], views[1], views[2..], cancel);
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException)
        {
            throw new InputException($"{inputs[1]} cannot be evaluated: {ImputationModel.Sentence(e)}", e);
        }
    }

    public static void Write(ImputedCellsResult result, Stream stream, bool isReport)
    {
        if (!isReport)
        {
            EvaluationJson.Write(result, stream);
            return;
        }

        using var writer = new StreamWriter(stream, leaveOpen: true);
        ImputedCellsReport.Write(result, writer);
    }

    private static UsageException Lacks(Option option) => new($"--imputed was given without {option.Name}.");
}
