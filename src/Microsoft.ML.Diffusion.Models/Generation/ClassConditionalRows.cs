using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>The rows of a table for a method that needs complete ones and makes them by class: cells without holes and without the
/// class.</summary>
/// <param name="Encoder">Fitted on the completed rows; the class is not part of a row.</param>
/// <param name="Labels">The classes; none where the label is no category.</param>
/// <param name="Classes">The class of each row; empty where there are none.</param>
internal sealed record ClassConditionalRows(TableEncoder Encoder, LabelClasses Labels, int[] Classes)
{
    /// <summary>Receives the cells of a row.</summary>
    public delegate void RowAction(int row, ReadOnlySpan<float> cells);

    /// <summary>Encodes a table.</summary>
    /// <param name="method">Who needs complete rows, for messages.</param>
    /// <param name="table">The rows, complete or not.</param>
    /// <param name="labelColumn">The label; null for none.</param>
    /// <param name="meter">Told of what was completed and what cannot be learned.</param>
    /// <param name="begin">Told of the encoder before the first row.</param>
    /// <param name="take">Receives row after row.</param>
    /// <param name="cancel">Looked at in every row.</param>
    /// <exception cref="InvalidDataException">No column but the label varies.</exception>
    public static ClassConditionalRows Encode(
        string method, ITableRows table, int? labelColumn, ProgressMeter meter, Action<TableEncoder> begin, RowAction take, CancellationToken cancel)
    {
        int? label = labelColumn is int column && table.Columns[column].Kind == ColumnKind.Categorical ? column : null;
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
        // A cell that its column cannot hold has the most frequent category's place.
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
        return new ClassConditionalRows(encoder, labels, classes);
    }
}
