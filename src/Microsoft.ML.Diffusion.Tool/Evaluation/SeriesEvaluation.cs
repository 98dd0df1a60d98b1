using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Evaluation;
using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Evaluation.SeriesImputation;
using Microsoft.ML.Diffusion.Series.Views;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Series;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Evaluation;

/// <summary><c>mldiffusion evaluate --imputed --order</c>: judges filled cells of time series by their true values.</summary>
/// <param name="schema">What the user says of the columns.</param>
/// <param name="group">The column that names series; null for one long series.</param>
/// <param name="order">The column of times.</param>
/// <param name="open">Opens a file.</param>
/// <param name="display">Warns.</param>
/// <param name="cancel">Stops the work.</param>
internal sealed class SeriesEvaluation(
    SchemaOptions schema, string? group, string order, Func<string, CsvBlocks> open, Display display, CancellationToken cancel)
{
    /// <summary>Judges files.</summary>
    /// <param name="truthPath">The rows before cells were hidden, which say what the columns are.</param>
    /// <param name="holesPath">The same rows with the holes.</param>
    /// <param name="filledPaths">The same rows filled in, once or in several draws.</param>
    /// <exception cref="InputException">A file cannot be read, or they are not the same rows.</exception>
    public ImputedSeriesResult Judge(string truthPath, string holesPath, string[] filledPaths)
    {
        using CsvBlocks truthFile = open(truthPath);
        var choice = SeriesChoice.Of(truthFile, schema, group, order, [], SeriesUse.Numbers, display);
        StepRows truth = Read(truthFile, choice, choice.View.Schema, choice.Variables, truthFile.Path, isOwn: true);
        StepRows holes = Read(holesPath, choice, choice.Variables, truthFile.Path);
        // Of several draws the intervals come from the draws.
        ComparedColumns compared = new(choice.Variables, ColumnsOf(filledPaths).Contains);
        StepRows[] filled = [.. filledPaths.Select(path => Read(path, choice, compared.Read, truthFile.Path))];
        try
        {
            return SeriesJudge.Judge(new ComparedSeries(compared, truth, holes, filled), order, cancel);
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException)
        {
            throw new InputException($"{holesPath} cannot be evaluated: {ImputationModel.Sentence(e)}", e);
        }
    }

    /// <summary>Writes a result as a page or as JSON.</summary>
    public static void Write(ImputedSeriesResult result, Stream stream, bool isReport)
    {
        if (!isReport)
        {
            EvaluationJson.Write(result, stream);
            return;
        }

        using var writer = new StreamWriter(stream, leaveOpen: true);
        ImputedSeriesReport.Write(result, writer);
    }

    private HashSet<string> ColumnsOf(string[] filledPaths)
    {
        if (filledPaths.Length > 1)
            return [];
        using CsvBlocks file = open(filledPaths[0]);
        return file.ColumnNames.ToHashSet(StringComparer.Ordinal);
    }

    private StepRows Read(string path, SeriesChoice choice, IReadOnlyList<string> variables, string origin)
    {
        using CsvBlocks file = open(path);
        var columns = new DataViewSchema.Builder();
        columns.AddColumns(choice.View.Schema);
        foreach (string added in variables.Skip(choice.Variables.Length))
            columns.AddColumn(added, NumberDataViewType.Double);
        return Read(file, choice, columns.ToSchema(), variables, origin, isOwn: false);
    }

    private StepRows Read(
        CsvBlocks file, SeriesChoice choice, DataViewSchema columns, IReadOnlyList<string> variables, string origin, bool isOwn)
    {
        var found = new SeriesColumns(file, schema.Missing, columns, choice.Order, choice.Formats, categories: null, origin, isOwn);
        SeriesLayout layout = new([.. variables.Select(name => new InputOutputColumnPair(name))], choice.Group, choice.Order, []);
        return SeriesModel.Guarded(file, "cannot be evaluated", () =>
        {
            IDataView view = found.ToView();
            return new StepRows(view, SeriesSources.Find(layout, view.Schema), refusesInfinities: true, cancel);
        });
    }
}
