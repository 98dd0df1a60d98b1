using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Generation;

public sealed partial class TabularGenerator
{
    /// <summary>Rows for a method that needs complete ones and makes them by class: cells without holes and without the class, handed out row
    /// after row, and the class of each.</summary>
    private static (TableEncoder Encoder, LabelClasses Labels, int[] Classes) EncodeComplete(
        string method, ITableRows table, Options options, ProgressMeter meter, Action<TableEncoder> begin, SpanAction take, CancellationToken cancel)
    {
        int? label = options.LabelColumn is int column && table.Columns[column].Kind == ColumnKind.Categorical ? column : null;
        var rows = new CompletedRows(table, cancel);
        if (rows.HasHoles)
            meter.Say($"{method} needs complete rows: missing cells count as their column's mean or most frequent category.");
        LabelClasses labels = LabelClasses.Of(rows, label);
        int[] classes = label is int of ? [.. Enumerable.Range(0, rows.RowCount).Select(row => labels.Of(rows[row, of]))] : [];
        List<string> warnings = [];
        // By class, the class is not part of the row.
        TableEncoder encoder = TableEncoder.Fit(rows, NumericScaling.Quantile, warnings, label, cancel);
        warnings.ForEach(meter.Say);
        if (encoder.Encoded.Count == 0)
            throw new InvalidDataException($"No column but the label varies, so there is nothing for {method} to learn.");
        begin(encoder);
        // Categories too rare to be learned have the most frequent one's place.
        int[] modes = [.. encoder.Encoded.Select(each => each.Scaler is null
            ? Array.BinarySearch(each.Codes, (int)ColumnSummary.Of(rows, each.Source).BestGuess)
            : 0)];
        double[] values = new double[table.Columns.Count];
        float[] cells = new float[modes.Length];
        for (int row = 0; row < rows.RowCount; row++)
        {
            cancel.ThrowIfCancellationRequested();
            rows.Read(row, values);
            encoder.Encode(values, cells);
            for (int i = 0; i < cells.Length; i++)
                cells[i] = float.IsNaN(cells[i]) ? modes[i] : cells[i];
            take(row, cells);
        }
        return (encoder, labels, classes);
    }

    private delegate void SpanAction(int row, ReadOnlySpan<float> cells);
}
