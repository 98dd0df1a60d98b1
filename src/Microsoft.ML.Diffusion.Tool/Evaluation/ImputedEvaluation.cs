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

    /// <summary>The input files that the command line names.</summary>
    public string[] InputsOf(ParseResult parsed) =>
    [
        parsed.GetValue(Truth) ?? throw Lacks(Truth),
        parsed.GetValue(Holes) ?? throw Lacks(Holes),
        .. parsed.GetValue(Imputed) ?? [],
    ];

    public static ImputedCellsResult Measure(
        string[] inputs, SchemaOptions schema, Func<string, CsvDocument> read, Display display, CancellationToken cancel)
    {
        // A column of many texts may have been filled in too.
        CsvTable truth = CsvTable.Infer(read(inputs[0]), schema with { LeaveOutIdentifiers = false }, display.Warn);
        CsvTable[] others = [.. inputs.Skip(1).Select(path => CsvTable.Like(read(path), schema.Missing, truth))];
        foreach (CsvTable table in others.Prepend(truth))
        {
            if (table.Document.RowCount == 0)
                throw new InputException($"{table.Document.Path} has a header and no rows; at least one was expected.");
            if (table.Document.RowCount != truth.Document.RowCount)
                throw new InputException($"{table.Document.Path} has {table.Document.RowCount} rows; the {truth.Document.RowCount} of "
                    + $"{truth.Document.Path} were expected, in the same order.");
        }

        try
        {
            return new MLContext().Diffusion().EvaluateImputed(
                new CsvDataView(truth), new CsvDataView(others[0]), [.. others.Skip(1).Select(table => new CsvDataView(table))], cancel);
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
