using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>The pictures of a view with their masks, all in memory.</summary>
internal sealed class TrainingPictures
{
    /// <summary>Reads a view once.</summary>
    /// <param name="view">The view.</param>
    /// <param name="image">The column of pictures.</param>
    /// <param name="mask">The column of masks; null for none.</param>
    /// <param name="form">How pictures lie in their column, as far as its type and options say.</param>
    /// <param name="ignored">The label of pixels whose class is not known.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="InvalidDataException">There are no rows, a row has no picture, or sizes differ.</exception>
    public TrainingPictures(
        IDataView view, DataViewSchema.Column image, DataViewSchema.Column? mask, PictureForm form, int ignored, CancellationToken cancel)
    {
        List<(RawPicture Raw, RawMask? Mask)> rows = [];
        using (DataViewRowCursor cursor = view.GetRowCursor(mask is { } masks ? [image, masks] : [image]))
        {
            Func<RawPicture?> readPicture = PictureReader.Open(cursor, image, form);
            Func<RawMask?> readMask = mask is { } column ? MaskReader.Open(cursor, column, ignored) : () => null;
            while (cursor.MoveNext())
            {
                cancel.ThrowIfCancellationRequested();
                RawPicture raw = readPicture() ?? throw new InvalidDataException(
                    $"Row {rows.Count + 1} has no image in column '{image.Name}'; filter such rows out.");
                rows.Add((raw, readMask()));
            }
        }

        if (rows.Count == 0)
            throw new InvalidDataException("There are no rows to learn from.");
        Form = form with
        {
            Height = form.Height > 0 ? form.Height : rows[0].Raw.Height,
            Width = form.Width > 0 ? form.Width : rows[0].Raw.Width,
            White = form.White > 0 ? form.White : rows.Any(row => row.Raw.Values.Any(value => value > 1)) ? PictureForm.ByteWhite : 1,
        };
        Items = [.. rows.Select((row, i) => Item(row.Raw, row.Mask, i, mask?.Name))];
    }

    /// <summary>How pictures lie in their column.</summary>
    public PictureForm Form { get; }

    /// <summary>The pictures, each with its mask; null where no pixel has a class.</summary>
    public IReadOnlyList<(Picture Picture, byte[]? Mask)> Items { get; }

    /// <summary>How many pictures have a mask.</summary>
    public int Labelled => Items.Count(item => item.Mask is not null);

    /// <summary>The largest label; null where there is none.</summary>
    public int? LargestLabel =>
        Items.SelectMany(item => item.Mask ?? []).Where(label => label != LabelledPicture.Ignored).Select(label => (int?)label).Max();

    private (Picture Picture, byte[]? Mask) Item(RawPicture raw, RawMask? mask, int row, string? column)
    {
        Picture picture = Form.ToPicture(raw);
        if (mask?.Fits(picture.Height, picture.Width) == false)
        {
            throw new InvalidDataException($"Row {row + 1} has a mask of {mask.Size} in column '{column}', and its picture has " +
                $"{picture.Height} x {picture.Width}.");
        }

        return (picture, mask?.Labels.All(label => label == LabelledPicture.Ignored) == true ? null : mask?.Labels);
    }
}
