using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.PrivateColumns;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

/// <summary>The rows of a table as states of columns that were found under a privacy budget: bins of numbers, categories, "another
/// category", "missing". Each is a category to the network.</summary>
internal sealed class PrivateRows
{
    // A count that noise made none or less counts as this.
    private const double LeastCount = 0.5;

    /// <param name="surveys">The columns.</param>
    /// <param name="label">The label's place; null for none.</param>
    /// <exception cref="InvalidDataException">A column has too many states, or none but the label varies.</exception>
    public PrivateRows(ColumnSurvey[] surveys, int? label)
    {
        States = [.. surveys.Select(survey => survey.States)];
        int? classes = label is int place && States[place].Column.Kind == ColumnKind.Categorical && States[place].Values > 0 ? place : null;
        Encoder = EncoderOf(classes);
        Labels = classes is int of ? LabelClasses.Of(of, Shares(surveys[of])[..States[of].Values]) : LabelClasses.None;
        Classes = classes is int own ? ClassesOf(surveys[own]) : [];
        Rows = new EncodedRows(Encoder, surveys[0].Cells.Length);
        Logits = new float[Encoder.SlotCount];
        Hidden = HiddenIn(Encoder, States);
        for (int i = 0; i < Encoder.Encoded.Count; i++)
        {
            EncodedColumn column = Encoder.Encoded[i];
            ColumnSurvey survey = surveys[column.Source];
            for (int row = 0; row < Rows.RowCount; row++)
                Rows.Row(row)[i] = survey.Cells[row];
            double[] shares = Shares(survey);
            for (int state = 0; state < shares.Length; state++)
                Logits[column.FirstSlot + state] = (float)Math.Log(shares[state]);
        }
    }

    /// <summary>The states of every column.</summary>
    public ColumnStates[] States { get; }

    /// <summary>States as cells; the label is not part of a row where rows are made by class.</summary>
    public TableEncoder Encoder { get; }

    /// <summary>The classes, and their shares by noisy counts.</summary>
    public LabelClasses Labels { get; }

    /// <summary>The class of each row; empty where there are none.</summary>
    public int[] Classes { get; }

    /// <summary>The rows.</summary>
    public EncodedRows Rows { get; }

    /// <summary>The logarithms of the noisy shares of the states, a slot each.</summary>
    public float[] Logits { get; }

    /// <summary>The slots of states that are no value, which are never made.</summary>
    public bool[] Hidden { get; }

    /// <summary>The slots of states that are no value; none of a column that has no other.</summary>
    public static bool[] HiddenIn(TableEncoder encoder, ColumnStates[] states)
    {
        bool[] hidden = new bool[encoder.SlotCount];
        foreach (EncodedColumn column in encoder.Encoded)
        {
            for (int state = states[column.Source].Values; state < column.SlotCount && states[column.Source].Values > 0; state++)
                hidden[column.FirstSlot + state] = true;
        }
        return hidden;
    }

    // Fitted on rows that have every state, none of which is one of the table's.
    private TableEncoder EncoderOf(int? label)
    {
        if (Array.Find(States, state => state.Count > TableEncoder.MostCategories) is { } wide)
        {
            throw new InvalidDataException(
                $"Column '{wide.Column.Name}' has {wide.Count} categories; with a privacy budget TabDDPM takes at most " +
                $"{TableEncoder.MostCategories - 2}.");
        }
        TableColumn[] columns = [.. States.Select(state =>
            TableColumn.Categorical(state.Column.Name, Enumerable.Range(0, state.Count).Select(code => $"{code}")))];
        Table all = new(columns, States.Max(state => state.Count));
        for (int row = 0; row < all.RowCount; row++)
        {
            for (int i = 0; i < columns.Length; i++)
                all[row, i] = row % States[i].Count;
        }
        TableEncoder encoder = TableEncoder.Fit(all, NumericScaling.Quantile, leftOut: label);
        return encoder.Encoded.Count > 0 ? encoder
            : throw new InvalidDataException(
                "No column but the label varies under the privacy budget, so there is nothing for TabDDPM to learn.");
    }

    private static double[] Shares(ColumnSurvey survey)
    {
        double[] counts = [.. survey.Counts.Select(count => Math.Max(count, LeastCount))];
        double sum = counts.Sum();
        return [.. counts.Select(count => count / sum)];
    }

    // A row whose label is none of the classes counts as one of the most frequent.
    private static int[] ClassesOf(ColumnSurvey survey)
    {
        double[] counts = survey.Counts[..survey.States.Values];
        int usual = Array.IndexOf(counts, counts.Max());
        return [.. survey.Cells.Select(cell => cell < counts.Length ? cell : usual)];
    }
}
