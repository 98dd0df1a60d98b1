using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>A transformer of pictures on views of one schema: all columns are passed on, and others come behind them.</summary>
internal abstract class PictureMapper : IRowToRowMapper
{
    private readonly PictureForm _form;
    private readonly DataViewSchema.Column _image;

    /// <param name="inputSchema">Of the view.</param>
    /// <param name="image">The column of pictures.</param>
    /// <param name="form">How pictures lie in it.</param>
    /// <param name="added">The columns that are added.</param>
    /// <exception cref="ArgumentException">The column of pictures is not there, or is of another form.</exception>
    protected PictureMapper(
        DataViewSchema inputSchema, string image, PictureForm form, IEnumerable<DataViewSchema.DetachedColumn> added)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        (InputSchema, _form, _image) = (inputSchema, form, SegmentationLayout.Find(inputSchema, image));
        form.Check(_image);
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(inputSchema);
        schema.AddColumns(added);
        OutputSchema = schema.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        bool[] needed = new bool[InputSchema.Count];
        foreach (DataViewSchema.Column column in dependingColumns)
            needed[AddedOf(column) is null ? column.Index : _image.Index] = true;
        return InputSchema.Where(column => needed[column.Index]);
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row's schema is not the one that this mapper was made for.", nameof(input));
        return new ImputedRow(new PictureColumns(this, input, activeColumns), input);
    }

    /// <summary>Which added column one of the output is, from 0; null for one that is passed on.</summary>
    /// <exception cref="ArgumentException">The view has no such column.</exception>
    public int? AddedOf(DataViewSchema.Column column)
    {
        if (column.Index >= OutputSchema.Count || OutputSchema[column.Index].Name != column.Name)
            throw new ArgumentException($"Column '{column.Name}' is not one of this view's.", nameof(column));
        return column.Index < InputSchema.Count ? null : column.Index - InputSchema.Count;
    }

    /// <summary>Opens a row, or a cursor.</summary>
    /// <returns>Makes the getter of an added column.</returns>
    public abstract Func<int, Delegate> Open(DataViewRow row);

    /// <summary>What is told of the picture of the current row, when it is first asked for.</summary>
    /// <param name="row">The row, or a cursor.</param>
    /// <param name="tell">Tells it.</param>
    protected CurrentAnswer<T> Current<T>(DataViewRow row, Func<Pictures.Picture, T> tell)
        where T : class => new(row, _image, _form, tell);
}
