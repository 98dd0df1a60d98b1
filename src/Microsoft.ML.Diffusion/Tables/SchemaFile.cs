using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>The columns of a view in a file, with those of their annotations that are numbers, truth values, texts, dates and times, or
/// vectors of them.</summary>
internal static class SchemaFile
{
    public static void Write(BinaryWriter writer, DataViewSchema schema)
    {
        writer.Write(schema.Count);
        foreach (DataViewSchema.Column column in schema)
        {
            writer.Write(column.Name);
            ColumnTypes.Write(writer, column.Type);
            DataViewSchema.Column[] annotations = [.. column.Annotations.Schema.Where(annotation => AnnotationValue.Of(annotation.Type) is not null)];
            writer.Write(annotations.Length);
            foreach (DataViewSchema.Column annotation in annotations)
            {
                writer.Write(annotation.Name);
                ColumnTypes.Write(writer, annotation.Type);
                AnnotationValue.Of(annotation.Type)!.Write(writer, column.Annotations, annotation);
            }
        }
    }

    public static DataViewSchema Read(BinaryReader reader)
    {
        var schema = new DataViewSchema.Builder();
        int columns = reader.ReadInt32();
        if (columns < 0)
            throw FileItems.Damaged("it has a negative number of columns");
        for (int i = 0; i < columns; i++)
        {
            string name = reader.ReadString();
            DataViewType type = ColumnTypes.Read(reader);
            var annotations = new DataViewSchema.Annotations.Builder();
            int count = reader.ReadInt32();
            for (int k = 0; k < count; k++)
            {
                string kind = reader.ReadString();
                DataViewType annotation = ColumnTypes.Read(reader);
                AnnotationValue value = AnnotationValue.Of(annotation) ?? throw new InvalidDataException(
                    $"The model file is damaged: annotation '{kind}' of column '{name}' is {annotation}.");
                value.Read(reader, annotations, kind, annotation);
            }

            schema.AddColumn(name, type, annotations.ToAnnotations());
        }

        return schema.ToSchema();
    }
}
