namespace Microsoft.ML.Data;

internal static class AnnotationBuilderExtensions
{
    // A vector of texts: slot names, key values.
    public static void AddNames(this DataViewSchema.Annotations.Builder builder, string kind, IReadOnlyList<string> names)
        => builder.AddNames(kind, names.Select(name => name.AsMemory()).ToArray());

    public static void AddNames(this DataViewSchema.Annotations.Builder builder, string kind, ReadOnlyMemory<char>[] names)
        => builder.Add(kind, AnnotationUtils.GetNamesType(names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => VBuffer<ReadOnlyMemory<char>>.Copy(names, 0, ref value, names.Length));

    // Pairs of first and last slot of what was one category.
    public static void AddCategoricalRanges(this DataViewSchema.Annotations.Builder builder, int[] ranges)
        => builder.Add(AnnotationUtils.Kinds.CategoricalSlotRanges, new VectorDataViewType(NumberDataViewType.Int32, ranges.Length / 2, 2),
            (ref VBuffer<int> value) => VBuffer<int>.Copy(ranges, 0, ref value, ranges.Length));

    public static void AddIsNormalized(this DataViewSchema.Annotations.Builder builder)
        => builder.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
}
