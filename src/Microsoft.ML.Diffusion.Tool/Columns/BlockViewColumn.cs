using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>A column of a <see cref="BlockView"/>: either numbers, NaN for missing, or texts, empty for missing.</summary>
/// <param name="Name">What the view calls it.</param>
/// <param name="Number">Reads the number in a row of a block; null for texts.</param>
/// <param name="Text">Reads the text in a row of a block; null for numbers.</param>
internal sealed record BlockViewColumn(string Name, Func<CsvDocument, int, double>? Number, Func<CsvDocument, int, string>? Text)
{
    /// <summary>What the view says of the column beside its type.</summary>
    public DataViewSchema.Annotations? Annotations { get; private init; }

    /// <summary>A column that a model learns from.</summary>
    public static BlockViewColumn Of(ColumnFinding column) => column.Use == ColumnUse.Numeric
        ? new BlockViewColumn(column.Name, column.Number, Text: null) { Annotations = AnnotationsOf(column) }
        : new BlockViewColumn(column.Name, Number: null, column.Category);

    // Dates are numbers here; the model is told what they count.
    private static DataViewSchema.Annotations? AnnotationsOf(ColumnFinding column)
    {
        MomentKind moment = column.Format?.Entry?.Role switch
        {
            ColumnRole.Date => MomentKind.Date,
            ColumnRole.Time => MomentKind.TimeOfDay,
            ColumnRole.Timestamp => MomentKind.Timestamp,
            _ => MomentKind.None,
        };
        if (moment == MomentKind.None)
            return null;
        var annotations = new DataViewSchema.Annotations.Builder();
        ReadOnlyMemory<char> name = moment.ToString().AsMemory();
        annotations.Add(TableColumn.MomentAnnotation, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = name);
        double clock = column.Format!.Codec!.ClockOffset;
        annotations.Add(TableColumn.ClockAnnotation, NumberDataViewType.Double, (ref double value) => value = clock);
        return annotations.ToAnnotations();
    }
}
